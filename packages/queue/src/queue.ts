import type { JobName, JobPayload, QueueMessage } from '@tangent/contracts';

/** Which server the queue lives on. */
export type QueueBackend =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly databaseUrl: string };

export interface JobContext {
  /** Aborts when the queue closes: stop soon, the job goes to another worker. */
  readonly signal: AbortSignal;
  /** 1, then +1 for every try of this job. */
  readonly tryNumber: number;
}

/** What does a job of each name. A handler may run twice, and be killed at any line. */
export type JobHandlers = {
  readonly [N in JobName]: (payload: JobPayload<N>, context: JobContext) => Promise<void>;
};

export interface Consumer {
  /** Stops taking jobs, aborts those that run, and waits for them at most `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}

export interface ConsumeOptions {
  readonly handlers: JobHandlers;
  /** False: trying again cannot help, the job fails at once. */
  readonly isRetryable: (error: unknown) => boolean;
  /** The job has failed for good; called before the queue knows, so that the truth is written first. */
  readonly onFailed: (
    job: { readonly name: JobName; readonly payload: JobPayload<JobName> },
    error: Error,
  ) => Promise<void>;
  readonly log: (line: string) => void;
}

export interface JobQueue {
  /** Adds what a message stands for; publishing the same message twice changes nothing. */
  publish(message: QueueMessage): Promise<void>;
  consume(options: ConsumeOptions): Consumer;
  /** Throws unless the server answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
