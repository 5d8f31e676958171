import type { BaseAdapter } from '@bull-board/api/baseAdapter';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Machinery } from './machinery.js';

/** What is done with jobs is recorded and goes by their rounds; the board shows them. */
export const boardsOf = ({ queues }: Machinery): BaseAdapter[] =>
  Object.values(queues).map(
    (queue) => new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false, description: 'Tangent' }),
  );
