import type { Job } from 'bullmq';

const timeOf = (ms: number | undefined): string | null => (ms ? new Date(ms).toISOString() : null);

export const timesOf = ({ processedOn, finishedOn }: Job) => ({
  startedAt: timeOf(processedOn),
  finishedAt: timeOf(finishedOn),
});
