'use client';

import type { Project } from '@tangent/contracts';
import { useState } from 'react';
import useSWR, { useSWRConfig } from 'swr';
import { Notice } from '@/components/ui/notice';
import { Screen } from '@/components/ui/screen';
import { ItemDialog } from '@/features/data/item-dialog';
import { ProjectPage } from '@/features/projects/project-page';
import { CurveSection } from '@/features/rounds/curve-section';
import { api } from '@/lib/api';
import { AgreementPanel } from './agreement-panel';
import { ConfusionPanel } from './confusion-panel';
import { ForecastPanel, numAhead } from './forecast-panel';
import { GoldPanel } from './gold-panel';
import { numSuspects, SuspectsPanel } from './suspects-panel';

export function InsightScreen({ projectId }: { readonly projectId: string }) {
  return (
    <ProjectPage projectId={projectId} atLeast="reviewer">
      {(project) => <Insight project={project} />}
    </ProjectPage>
  );
}

/** What the labels have bought, what more would buy, and which of them to look at again. */
function Insight({ project }: { readonly project: Project }) {
  const params = { projectId: project.id };
  const { data: curve } = useSWR(['curve', project.id], () => api.getCurve({ params }));
  const { mutate } = useSWRConfig();
  const [itemId, setItemId] = useState<string | null>(null);
  return (
    <Screen
      title="Insight"
      lead="What the labels have bought, what more would buy, and which to look at again."
      calls={[
        { name: 'getCurve', params },
        { name: 'getForecast', params, query: { batch: numAhead } },
        { name: 'getQuality', params },
        { name: 'getConfusion', params },
        { name: 'getSuspects', params, query: { limit: numSuspects } },
      ]}
    >
      {project.workers.numAlive === 0 && (
        <Notice tone="warn" className="mb-5">
          <b className="font-medium">No worker is alive.</b> Curve, confusion and agreement are here; forecast
          and suspect labels come back with a worker.
        </Notice>
      )}
      <div className="space-y-6">
        <CurveSection points={curve?.points ?? []} />
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <ForecastPanel project={project} />
          <AgreementPanel project={project} />
        </div>
        <GoldPanel project={project} />
        <ConfusionPanel project={project} onOpen={setItemId} />
        <SuspectsPanel project={project} onOpen={setItemId} />
      </div>
      <ItemDialog
        project={project}
        itemId={itemId}
        onClose={() => setItemId(null)}
        onRelabeled={() => {
          void mutate(['confusion', project.id]);
          void mutate(['suspects', project.id]);
        }}
      />
    </Screen>
  );
}
