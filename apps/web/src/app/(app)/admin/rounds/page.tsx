import type { Metadata } from 'next';
import { AllRoundsScreen } from '@/features/admin/rounds/all-rounds-screen';

export const metadata: Metadata = { title: 'Rounds' };

export default function Page() {
  return <AllRoundsScreen />;
}
