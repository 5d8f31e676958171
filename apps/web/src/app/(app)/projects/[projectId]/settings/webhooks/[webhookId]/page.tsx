import type { Metadata } from 'next';
import { DeliveriesScreen } from '@/features/webhooks/deliveries-screen';

export const metadata: Metadata = { title: 'Deliveries' };

interface Props {
  readonly params: Promise<{ projectId: string; webhookId: string }>;
}

export default async function Page({ params }: Props) {
  const { projectId, webhookId } = await params;
  return <DeliveriesScreen key={webhookId} projectId={projectId} webhookId={webhookId} />;
}
