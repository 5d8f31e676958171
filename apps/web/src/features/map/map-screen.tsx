'use client';

import type { PoolMap, Project } from '@tangent/contracts';
import Link from 'next/link';
import { useCallback, useMemo, useState } from 'react';
import useSWR from 'swr';
import { Blank } from '@/components/ui/blank';
import { Button, buttonStyle } from '@/components/ui/button';
import { BrokenCurve, EmptyCurve } from '@/components/ui/drawings';
import { Meter } from '@/components/ui/meter';
import { Screen } from '@/components/ui/screen';
import { ItemDialog } from '@/features/data/item-dialog';
import { classNameOf } from '@/features/labeling/names';
import { ProjectPage } from '@/features/projects/project-page';
import { api, messageOf } from '@/lib/api';
import { formatCount, plural } from '@/lib/format';
import { isAtLeast } from '@/lib/use-project';
import { type Colouring, groupBy } from './colour-by';
import { ColourChoice } from './colour-choice';
import { CountsPanel } from './counts-panel';
import { Legend } from './legend';
import { MapCanvas } from './map-canvas';
import { unpack } from './map-points';
import { useInks } from './use-inks';

export function MapScreen({ projectId }: { readonly projectId: string }) {
  return (
    <ProjectPage projectId={projectId} atLeast="reviewer">
      {(project) => <PoolMapPage project={project} />}
    </ProjectPage>
  );
}

/** The pool in the plane, as the model sees it. */
function PoolMapPage({ project }: { readonly project: Project }) {
  const { data, error, mutate, isValidating } = useSWR(
    ['map', project.id],
    () => api.getMap({ params: { projectId: project.id } }),
    { revalidateOnFocus: false, refreshInterval: (latest) => (isComing(latest) ? 500 : 0) },
  );
  const [itemId, setItemId] = useState<string | null>(null);
  return (
    <Screen
      title="Map"
      lead="Items that the model finds alike lie close together. Neighbours mean something; directions and distances between groups do not."
      calls={[{ name: 'getMap', params: { projectId: project.id } }]}
      actions={
        data?.reason === null && (
          <Button disabled={isValidating} onClick={() => void mutate()}>
            {isValidating ? 'Looking …' : 'Look again'}
          </Button>
        )
      }
    >
      {data === undefined || isComing(data) ? (
        error === undefined ? (
          <LayingOut progress={data?.progress ?? null} />
        ) : (
          <Blank
            drawing={<BrokenCurve />}
            title="The map cannot be shown"
            action={<Button onClick={() => void mutate()}>Try again</Button>}
          >
            <p>{messageOf(error)}</p>
          </Blank>
        )
      ) : data.reason !== null ? (
        <Blank
          drawing={<EmptyCurve />}
          title="No map yet"
          action={
            isAtLeast(project, 'engineer') && (
              <Link href={`/projects/${project.id}/rounds`} className={buttonStyle()}>
                Go to the rounds
              </Link>
            )
          }
        >
          <p>{data.reason}</p>
        </Blank>
      ) : (
        <Drawn project={project} map={data} onOpen={setItemId} />
      )}
      <ItemDialog
        project={project}
        itemId={itemId}
        onClose={() => setItemId(null)}
        onRelabeled={() => void mutate()}
      />
    </Screen>
  );
}

const isComing = (map: PoolMap | undefined) => map !== undefined && map.progress !== null;

/** Until the map is there. `progress`: null where it is not known to take long. */
function LayingOut({ progress }: { readonly progress: number | null }) {
  return (
    <section aria-busy="true" aria-label="Laying the pool out" className="h-[min(42rem,72vh)]">
      <div className="grid size-full place-content-center justify-items-center gap-3 rounded-md shimmer">
        <p className="animate-late text-ink-soft">Laying the pool out, once after every round …</p>
        {progress !== null && (
          <Meter label="Laid out" value={Math.round(100 * progress)} max={100} className="w-60" />
        )}
      </div>
    </section>
  );
}

const nothing: ReadonlySet<number> = new Set();

interface DrawnProps {
  readonly project: Project;
  readonly map: PoolMap;
  readonly onOpen: (itemId: string) => void;
}

function Drawn({ project, map, onOpen }: DrawnProps) {
  const inks = useInks();
  const [colouring, setColouring] = useState<Colouring>('prediction');
  const [hidden, setHidden] = useState(nothing);
  const { classes } = project;
  const nameOf = useCallback((key: string) => classNameOf({ classes } as Project, key), [classes]);
  const points = useMemo(() => unpack(map), [map]);
  const grouping = useMemo(() => groupBy(points, colouring, nameOf), [points, colouring, nameOf]);
  const numShown = points.itemIds.length;
  return (
    <div className="space-y-6">
      <div className="grid items-start gap-x-8 gap-y-5 lg:grid-cols-[minmax(0,1fr)_15rem]">
        {inks === null ? (
          <div className="h-[min(42rem,72vh)] rounded-md shimmer" />
        ) : (
          <MapCanvas
            project={project}
            points={points}
            grouping={grouping}
            hidden={hidden}
            inks={inks}
            nameOf={nameOf}
            onOpen={onOpen}
          />
        )}
        <div className="space-y-6">
          <ColourChoice
            colouring={colouring}
            onChange={(next) => {
              setColouring(next);
              setHidden(nothing);
            }}
          />
          <Legend grouping={grouping} hidden={hidden} onChange={setHidden} />
          <p className="text-xs text-ink-faint">
            Ringed points are labeled. {formatCount(numShown)}
            {numShown < map.numItems && ` of ${formatCount(map.numItems)}, drawn at random`} by the kernel of
            model version {map.model?.version}
            {map.model !== null &&
              map.model.numLiveUpdates > 0 &&
              `, after ${plural(map.model.numLiveUpdates, 'live update')}`}
            .
          </p>
        </div>
      </div>
      <CountsPanel points={points} nameOf={nameOf} />
    </div>
  );
}
