import type { BaseAdapter } from '@bull-board/api/baseAdapter';
import type {
  JobName,
  JobPayload,
  JobState,
  QueuedJob,
  QueueInfo,
  QueueKey,
  QueueMessage,
  RoundJob,
} from '@tangent/contracts';

/**
 * Which server the queue lives on. `namespace` keeps installations that share a server apart: the prefix of all keys in
 * Redis, the schema in Postgres; letters, digits and underscores, default `bullmq`.
 */
export type QueueBackend = { readonly namespace?: string } & (
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly databaseUrl: string }
);

export interface JobContext {
  /** Aborts when the queue closes, or when the job was given to another worker: stop soon, without an outcome. */
  readonly signal: AbortSignal;
  /** 1, then +1 for every try that failed. */
  readonly tryNumber: number;
}

/** What does a job of each name. A handler may run twice, and be killed at any line. */
export type JobHandlers = {
  readonly [N in JobName]: (payload: JobPayload<N>, context: JobContext) => Promise<void>;
};

export interface Consumer {
  /** Takes no more jobs; those that run go on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Takes no more jobs, aborts those that run, and waits for them at most `timeoutMs`. What was aborted is taken up by
   * another worker at once; what did not stop in time, when its lock runs out.
   */
  close(timeoutMs: number): Promise<void>;
}

export interface ConsumeOptions {
  readonly handlers: JobHandlers;
  /** False: trying again cannot help, the job fails at once. */
  readonly isRetryable: (error: unknown) => boolean;
  /**
   * The job has failed for good; called before the queue knows, so that the truth is written first. When it throws, the
   * job is tried again later.
   */
  readonly onFailed: (
    job: { readonly name: JobName; readonly payload: JobPayload<JobName> },
    error: Error,
  ) => Promise<void>;
  readonly log: (line: string) => void;
  /** Jobs of each queue at once; default 1. */
  readonly concurrency?: number;
}

export interface RoundShards {
  readonly roundId: string;
  readonly attempt: number;
  readonly fromShard: number;
  readonly toShard: number;
}

/** What lies in one of the queues. */
export interface Backlog {
  readonly queue: QueueKey;
  readonly isPaused: boolean;
  readonly numWaiting: number;
  readonly numActive: number;
  readonly numFailed: number;
  /** Since the job that is next was made; the last job of a flow is made together with the first. Null: none waits. */
  readonly oldestWaitingMs: number | null;
}

/** The calls throw queue-unavailable, soon, when the server is away. */
export interface JobQueue {
  /** Adds what a message stands for; publishing the same message twice changes nothing. */
  publish(message: QueueMessage): Promise<void>;
  /** Takes away what waits of a round's attempt. Jobs that run are left to find out by themselves. */
  cancelRound(round: { readonly roundId: string; readonly attempt: number }): Promise<void>;
  consume(options: ConsumeOptions): Consumer;
  list(): Promise<QueueInfo[]>;
  /** The first `limit` jobs of a queue that are in one state. */
  jobs(name: QueueKey, state: JobState, limit: number): Promise<QueuedJob[]>;
  /** What is known of the jobs of a round's attempt, those of its shards from `fromShard` on, before `toShard`. */
  roundJobs(round: RoundShards): Promise<RoundJob[]>;
  /** The queues as Bull Board shows them, to be looked at only. */
  boards(): BaseAdapter[];
  /** For all consumers, those of other processes too, until it is resumed; jobs that run go on. */
  pause(name: QueueKey): Promise<QueueInfo>;
  resume(name: QueueKey): Promise<QueueInfo>;
  /**
   * Takes away what waits, with the queue paused meanwhile; the number of jobs. A round of which a shard runs keeps its
   * jobs. What was taken comes back when its message is published again: `requeue` sees to that, and is called even when
   * the taking failed midway. Then the queue goes on, whatever failed, unless it was paused before; it stays paused when
   * its server is away by then, or this process dies: whoever drains sees to that. One drain of a queue at a time.
   */
  drain(name: QueueKey, requeue: () => Promise<void>): Promise<number>;
  ping(): Promise<void>;
  backlog(): Promise<readonly Backlog[]>;
  close(): Promise<void>;
}
