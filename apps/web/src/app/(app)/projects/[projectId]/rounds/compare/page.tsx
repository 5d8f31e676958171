import type { Metadata } from 'next';
import { CompareScreen } from '@/features/rounds/compare/compare-screen';

export const metadata: Metadata = { title: 'Compare rounds' };

export default async function ComparePage({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <CompareScreen key={projectId} projectId={projectId} />;
}
