import type { Metadata } from 'next';
import { ImportScreen } from '@/features/imports/import-screen';

export const metadata: Metadata = { title: 'Import' };

export default async function ImportPage({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <ImportScreen key={projectId} projectId={projectId} />;
}
