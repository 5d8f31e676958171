import { availableParallelism } from 'node:os';

/** Where ONNX Runtime runs the graphs. */
export type Provider = 'cpu' | 'cuda' | 'webgpu';
export const providers: readonly Provider[] = ['cpu', 'cuda', 'webgpu'];

export interface BackendOptions {
  /** Default: cpu. */
  readonly provider?: Provider;
  /** Threads of one operator; default: all cores. */
  readonly threads?: number;
  /**
   * Whether idle threads of a session wait in a loop. Default false: sessions have threads of their own, and those of one
   * would take the cores from the next.
   */
  readonly isSpinning?: boolean;
  /** Compiled graphs kept, the least recently used go first; default 16. A CNN of five layers holds some 37 MB. */
  readonly maxSessions?: number;
  /** A graph longer than this is run before the next kernel; default 4,000 nodes. */
  readonly maxNodes?: number;
  /** Bytes of result arrays kept for reuse; default 512 MiB. */
  readonly maxPooledBytes?: number;
  /** Told of the first use of every kernel that runs on tfjs's cpu backend; default: nobody. */
  readonly log?: (line: string) => void;
}

export type Settings = Required<BackendOptions>;

export function settingsOf(options: BackendOptions): Settings {
  const settings: Settings = {
    provider: 'cpu',
    threads: availableParallelism(),
    isSpinning: false,
    maxSessions: 16,
    maxNodes: 4_000,
    maxPooledBytes: 512 * 2 ** 20,
    log: () => undefined,
    ...options,
  };
  for (const name of ['threads', 'maxSessions', 'maxNodes'] as const)
    if (!(Number.isInteger(settings[name]) && settings[name] >= 1))
      throw new RangeError(`${name} is ${settings[name]}; it must be a whole number from 1 on`);
  return settings;
}
