import type { Metadata } from 'next';
import { FlowScreen } from '@/features/admin/rounds/flow-screen';

export const metadata: Metadata = { title: 'Round' };

export default async function Page({ params }: { readonly params: Promise<{ roundId: string }> }) {
  const { roundId } = await params;
  return <FlowScreen key={roundId} roundId={roundId} />;
}
