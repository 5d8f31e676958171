import type { Metadata } from 'next';
import { DataScreen } from '@/features/data/data-screen';

export const metadata: Metadata = { title: 'Data' };

export default async function DataPage({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <DataScreen key={projectId} projectId={projectId} />;
}
