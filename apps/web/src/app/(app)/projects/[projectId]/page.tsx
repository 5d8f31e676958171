import { redirect } from 'next/navigation';

export default async function ProjectPage({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  redirect(`/projects/${projectId}/annotate`);
}
