import type { CurvePoint, Round } from '@tangent/contracts';
import { useEffect, useRef } from 'react';
import useSWR from 'swr';
import { api } from '@/lib/api';
import { useProject } from '@/lib/use-project';
import { useProjectEvents } from '@/lib/use-project-events';

const countsPauseMs = 800;
const noPoints: readonly CurvePoint[] = [];
export const isActiveRound = (round: Pick<Round, 'status'>): boolean =>
  round.status !== 'done' && round.status !== 'failed' && round.status !== 'cancelled';

/** The project, its newest round and its learning curve, kept current by the project’s events. */
export function useProjectPulse(projectId: string) {
  const project = useProject(projectId);
  const rounds = useSWR(['rounds', projectId, 'newest'], async () => {
    const { items } = await api.listRounds({ params: { projectId }, query: { limit: 1 } });
    return items[0] ?? null;
  });
  const curve = useSWR(['curve', projectId], () => api.getCurve({ params: { projectId } }));
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  const countSoon = () => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      void project.mutate();
    }, countsPauseMs);
  };
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  const feedStatus = useProjectEvents(
    projectId,
    (event) => {
      if (event.type === 'label.created') countSoon();
      else if (event.type === 'worker.lost') void project.mutate();
      else if (event.type === 'round.done') {
        void rounds.mutate();
        void curve.mutate();
        void project.mutate();
      } else if (event.type === 'round.progress') {
        const known = rounds.data;
        if (known?.id !== event.roundId) void rounds.mutate();
        else {
          const progress = { done: event.done, total: event.total, phase: event.status };
          void rounds.mutate({ ...known, status: event.status, progress }, { revalidate: false });
        }
      }
    },
    () => {
      void project.mutate();
      void rounds.mutate();
      void curve.mutate();
    },
  );
  return {
    project: project.data,
    projectError: project.error as unknown,
    round: rounds.data ?? null,
    points: curve.data?.points ?? noPoints,
    feedStatus,
  };
}
