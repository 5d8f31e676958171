import type { Metadata } from 'next';
import { RoundsScreen } from '@/features/rounds/rounds-screen';

export const metadata: Metadata = { title: 'Rounds' };

export default async function RoundsPage({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <RoundsScreen key={projectId} projectId={projectId} />;
}
