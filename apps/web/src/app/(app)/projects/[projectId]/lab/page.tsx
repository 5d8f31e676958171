import type { Metadata } from 'next';
import { LabScreen } from '@/features/lab/lab-screen';

export const metadata: Metadata = { title: 'Laboratory' };

export default async function LaboratoryPage({
  params,
}: {
  readonly params: Promise<{ projectId: string }>;
}) {
  const { projectId } = await params;
  return <LabScreen key={projectId} projectId={projectId} />;
}
