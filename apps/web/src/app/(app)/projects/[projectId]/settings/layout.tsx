import type { ReactNode } from 'react';
import { SettingsShell } from '@/features/members/settings-shell';

interface Props {
  readonly params: Promise<{ projectId: string }>;
  readonly children: ReactNode;
}

export default async function SettingsLayout({ params, children }: Props) {
  const { projectId } = await params;
  return <SettingsShell projectId={projectId}>{children}</SettingsShell>;
}
