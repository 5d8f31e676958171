import type { Metadata } from 'next';
import { MembersScreen } from '@/features/members/members-screen';

export const metadata: Metadata = { title: 'Members' };

export default async function Page({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <MembersScreen key={projectId} projectId={projectId} />;
}
