import type { Metadata } from 'next';
import { Suspense } from 'react';
import { LoginScreen } from '@/features/session/login-screen';

export const metadata: Metadata = { title: 'Log in' };

export default function LoginPage() {
  return (
    <Suspense>
      <LoginScreen />
    </Suspense>
  );
}
