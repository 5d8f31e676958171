import type { Metadata } from 'next';
import { InsightScreen } from '@/features/insight/insight-screen';

export const metadata: Metadata = { title: 'Insight' };

export default async function InsightPage({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <InsightScreen key={projectId} projectId={projectId} />;
}
