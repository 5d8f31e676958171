import type { Metadata } from 'next';
import { WebhooksScreen } from '@/features/webhooks/webhooks-screen';

export const metadata: Metadata = { title: 'Webhooks' };

export default async function Page({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <WebhooksScreen key={projectId} projectId={projectId} />;
}
