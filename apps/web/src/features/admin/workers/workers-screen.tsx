'use client';

import { SectionHead } from '@/components/shell/section-nav';
import { JobList } from './job-list';
import { QueueList } from './queue-list';
import { WorkerList } from './worker-list';

/** Who works, and what waits. */
export function WorkersScreen() {
  return (
    <>
      <SectionHead title="Workers and queues">
        Workers take jobs of the queues: they train, compute features, score and import. More of them make
        rounds faster; without any, labeling goes on.
      </SectionHead>
      <WorkerList />
      <QueueList />
      <JobList />
    </>
  );
}
