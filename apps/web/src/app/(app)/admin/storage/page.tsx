import type { Metadata } from 'next';
import { StorageScreen } from '@/features/admin/storage-screen';

export const metadata: Metadata = { title: 'Storage' };

export default function Page() {
  return <StorageScreen />;
}
