import type { Metadata } from 'next';
import { AnnotateScreen } from '@/features/labeling/annotate-screen';

export const metadata: Metadata = { title: 'Label' };

export default async function AnnotatePage({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <AnnotateScreen key={projectId} projectId={projectId} />;
}
