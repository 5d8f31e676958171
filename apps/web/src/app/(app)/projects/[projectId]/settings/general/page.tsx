import type { Metadata } from 'next';
import { GeneralScreen } from '@/features/settings/general-screen';

export const metadata: Metadata = { title: 'General' };

export default async function Page({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <GeneralScreen key={projectId} projectId={projectId} />;
}
