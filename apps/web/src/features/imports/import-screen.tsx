'use client';

import { Screen } from '@/components/ui/screen';
import { ProjectPage } from '@/features/projects/project-page';
import { ImportFlow } from './import-flow';

export function ImportScreen({ projectId }: { readonly projectId: string }) {
  return (
    <ProjectPage projectId={projectId} atLeast="engineer">
      {(project) => (
        <Screen title="Import items" className="max-w-4xl">
          <ImportFlow project={project} />
        </Screen>
      )}
    </ProjectPage>
  );
}
