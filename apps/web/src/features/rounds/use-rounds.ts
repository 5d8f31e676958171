import type { ProjectEvent, Round } from '@tangent/contracts';
import useSWR from 'swr';
import { api } from '@/lib/api';
import { useProjectEvents } from '@/lib/use-project-events';

/** Rounds on the list. */
export const numListed = 50;

/** A round with what an event says about it. */
export function withProgress(round: Round, event: ProjectEvent): Round {
  if (event.type !== 'round.progress' || event.roundId !== round.id) return round;
  return {
    ...round,
    status: event.status,
    progress: { done: event.done, total: event.total, phase: event.status },
  };
}

/** The newest rounds of a project, kept current by its events. */
export function useRounds(projectId: string) {
  const rounds = useSWR(['rounds', projectId], () =>
    api.listRounds({ params: { projectId }, query: { limit: numListed } }),
  );
  useProjectEvents(
    projectId,
    (event) => {
      if (event.type === 'round.done') void rounds.mutate();
      if (event.type !== 'round.progress') return;
      const known = rounds.data;
      if (known === undefined || !known.items.some(({ id }) => id === event.roundId)) void rounds.mutate();
      else {
        const items = known.items.map((round) => withProgress(round, event));
        void rounds.mutate({ ...known, items }, { revalidate: false });
      }
    },
    () => void rounds.mutate(),
  );
  return rounds;
}

/** One round, kept current in the same way. */
export function useRound(projectId: string, roundId: string) {
  const round = useSWR(['round', roundId], () => api.getRound({ params: { roundId } }));
  useProjectEvents(
    projectId,
    (event) => {
      if (event.type === 'round.done' && event.roundId === roundId) void round.mutate();
      if (event.type === 'round.progress' && event.roundId === roundId && round.data !== undefined) {
        const isNewPhase = round.data.status !== event.status;
        void round.mutate(withProgress(round.data, event), { revalidate: isNewPhase });
      }
    },
    () => void round.mutate(),
  );
  return round;
}
