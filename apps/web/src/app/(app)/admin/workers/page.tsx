import type { Metadata } from 'next';
import { WorkersScreen } from '@/features/admin/workers/workers-screen';

export const metadata: Metadata = { title: 'Workers and queues' };

export default function Page() {
  return <WorkersScreen />;
}
