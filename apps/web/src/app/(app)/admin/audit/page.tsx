import type { Metadata } from 'next';
import { AuditScreen } from '@/features/admin/audit/audit-screen';

export const metadata: Metadata = { title: 'Audit' };

export default function Page() {
  return <AuditScreen />;
}
