import { type Client, isApiError, newIdempotencyKey } from '@tangent/client';
import type { Delivery, OutboxEntry } from './outbox';
import type { Answer, HeldItem } from './types';

/** An answer on its way to the server. */
export interface AnswerEntry extends OutboxEntry {
  readonly kind: 'answer';
  readonly idempotencyKey: string;
  readonly held: HeldItem;
  readonly answer: Answer;
  readonly flag: boolean;
  readonly activeMs: number;
  readonly wallMs: number;
  /** Sent without its lease, which had expired. */
  readonly isWithoutLease: boolean;
}
/** An undo on its way to the server. */
export interface UndoEntry extends OutboxEntry {
  readonly kind: 'undo';
  /** Of the answer that it undoes. */
  readonly targetLocalId: string;
  /** Null until the answer is delivered, which stands before it. */
  readonly annotationId: string | null;
}
export type Entry = AnswerEntry | UndoEntry;

interface Handlers {
  readonly onSaved: (entry: AnswerEntry, annotationId: string) => void;
  readonly onRefused: (entry: AnswerEntry, detail: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Refusals that end by themselves: the server is busy or down, or the session is over. */
const isPassing = (error: unknown): boolean =>
  !isApiError(error) ||
  error.status >= 500 ||
  error.status === 429 ||
  isApiError(error, 'unauthenticated', 'csrf-token-missing', 'idempotency-key-in-use');

/** Delivers one entry of the outbox to the API. */
export async function deliver(api: Client, entry: Entry, handlers: Handlers): Promise<Delivery<Entry>> {
  try {
    if (entry.kind === 'answer') {
      const annotation = await sendAnswer(api, entry);
      handlers.onSaved(entry, annotation.id);
    } else if (entry.annotationId !== null) {
      await api.deleteAnnotation({ params: { annotationId: entry.annotationId } }, { retries: { limit: 1 } });
    }
    return { kind: 'done' };
  } catch (error) {
    handlers.onError(error);
    if (isPassing(error)) return { kind: 'later' };
    if (entry.kind === 'undo') {
      if (!isApiError(error, 'annotation-superseded', 'not-found')) console.warn('undo was refused', error);
      return { kind: 'done' };
    }
    if (isApiError(error, 'lease-expired') && !entry.isWithoutLease) {
      // The answer is worth more than the lease: if nobody else holds the item, it still counts.
      const again = { ...entry, isWithoutLease: true, idempotencyKey: newIdempotencyKey() };
      return { kind: 'instead', entry: again };
    }
    handlers.onRefused(entry, isApiError(error) ? error.message : String(error));
    return { kind: 'done' };
  }
}

function sendAnswer(api: Client, entry: AnswerEntry) {
  const { held, answer, flag, activeMs, wallMs, isWithoutLease } = entry;
  const most = 86_400_000;
  const common = {
    flag,
    activeMs: Math.min(most, activeMs),
    wallMs: Math.min(most, wallMs),
    ...(held.leaseId === null || isWithoutLease ? {} : { leaseId: held.leaseId }),
  };
  const body =
    'classKey' in answer
      ? { ...common, classKey: answer.classKey }
      : { ...common, skip: { reason: answer.skip } };
  return api.createAnnotation(
    { params: { itemId: held.item.id }, body },
    { idempotencyKey: entry.idempotencyKey, retries: { limit: 1 } },
  );
}
