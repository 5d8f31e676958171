import type { Metadata } from 'next';
import { RoundScreen } from '@/features/rounds/round-screen';

export const metadata: Metadata = { title: 'Round' };

export default async function RoundPage({
  params,
}: {
  readonly params: Promise<{ projectId: string; roundId: string }>;
}) {
  const { projectId, roundId } = await params;
  return <RoundScreen key={roundId} projectId={projectId} roundId={roundId} />;
}
