import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { timestamp } from './primitives.js';

export const workerInfo = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number().int(),
  engine: z.string(),
  device: z.string(),
  threads: z.number().int(),
  isAlive: z.boolean(),
  current: z.string().nullable().describe('The job it works on'),
  startedAt: timestamp,
  lastHeartbeatAt: timestamp,
  stoppedAt: timestamp.nullable(),
});
export const listWorkers = endpoint({
  name: 'listWorkers',
  method: 'GET',
  path: '/v1/admin/workers',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary: 'Workers with engine, device and last heartbeat',
  response: z.object({ items: z.array(workerInfo), nextCursor: z.null() }),
});
