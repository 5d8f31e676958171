import type { Metadata } from 'next';
import { CreateProjectScreen } from '@/features/create/create-project-screen';

export const metadata: Metadata = { title: 'New project' };

export default function NewProjectPage() {
  return <CreateProjectScreen />;
}
