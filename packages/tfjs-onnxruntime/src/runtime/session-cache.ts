import type { Plan } from '../graph/plan.js';
import { serialise } from '../onnx/serialise.js';
import { type NativeSession, newSession } from './binding.js';
import type { Settings } from './options.js';
import { sessionOptions } from './session-options.js';

/** Compiled graphs by the key of their plan; the least recently used are released. */
export class SessionCache {
  numCompiled = 0;
  compileMs = 0;
  /** Part of compileMs: writing the graphs as ONNX. */
  serialiseMs = 0;
  private readonly sessions = new Map<string, NativeSession>();
  private readonly options: object;

  constructor(private readonly settings: Settings) {
    this.options = sessionOptions(settings);
  }

  get size(): number {
    return this.sessions.size;
  }

  sessionFor(plan: Plan): NativeSession {
    const known = this.sessions.get(plan.key);
    if (known) {
      // A Map remembers the order of insertion: the last one is the most recently used.
      this.sessions.delete(plan.key);
      this.sessions.set(plan.key, known);
      return known;
    }
    const session = this.compile(plan);
    this.sessions.set(plan.key, session);
    for (const [key, oldest] of this.sessions) {
      if (this.sessions.size <= this.settings.maxSessions) break;
      this.sessions.delete(key);
      oldest.dispose();
    }
    return session;
  }

  /** A session that its caller keeps and disposes of. */
  compile(plan: Plan): NativeSession {
    const from = performance.now();
    const bytes = serialise(plan);
    this.serialiseMs += performance.now() - from;
    const session = newSession();
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, this.options);
    this.numCompiled += 1;
    this.compileMs += performance.now() - from;
    return session;
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }
}
