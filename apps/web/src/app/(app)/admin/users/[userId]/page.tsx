import type { Metadata } from 'next';
import { UserScreen } from '@/features/admin/users/user-screen';

export const metadata: Metadata = { title: 'User' };

export default async function Page({ params }: { readonly params: Promise<{ userId: string }> }) {
  const { userId } = await params;
  return <UserScreen key={userId} userId={userId} />;
}
