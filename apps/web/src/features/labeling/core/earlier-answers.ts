import type { Client } from '@tangent/client';
import type { Annotation } from '@tangent/contracts';
import type { Answer, HeldItem, HistoryEntry } from './types';

/** In place of a ranking, for items that came back with the list of earlier annotations. */
export const loadedLater = 'loaded';

type Listed = Annotation & { mediaUrl?: string | undefined; text?: string | undefined };

interface Options {
  readonly api: Client;
  readonly projectId: string;
  /** Annotations a request. */
  readonly pageSize: number;
}

/** What this annotator answered before, on other pages and days, read from the server page by page, newest first. */
export class EarlierAnswers {
  readonly #options: Options;
  /** Undefined before the first page, null after the last. */
  #cursor: string | null | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  get isAtEnd(): boolean {
    return this.#cursor === null;
  }

  /** Begins again with the newest: the caller has forgotten some of what it had. */
  restart(): void {
    this.#cursor = undefined;
  }

  /** The next page that holds something not known yet; empty only at the end. Throws what the request throws. */
  async next(isKnown: (annotation: Annotation) => boolean): Promise<readonly HistoryEntry[]> {
    const { api, projectId, pageSize } = this.#options;
    while (!this.isAtEnd) {
      const { items, nextCursor } = await api.listAnnotations({
        params: { projectId },
        query: { mine: true, limit: pageSize, ...(this.#cursor ? { cursor: this.#cursor } : {}) },
      });
      this.#cursor = nextCursor;
      const entries = items.filter((annotation) => !isKnown(annotation)).flatMap(historyOfAnnotation);
      if (entries.length > 0) return entries;
    }
    return [];
  }
}

function historyOfAnnotation({
  id,
  itemId,
  classKey,
  skip,
  flag,
  mediaUrl,
  text,
}: Listed): readonly HistoryEntry[] {
  const answer: Answer | null =
    classKey !== null ? { classKey } : skip !== null ? { skip: skip.reason } : null;
  if (answer === null) return [];
  const held: HeldItem = {
    item: { id: itemId, mediaUrl, text, data: {} },
    leaseId: null,
    rank: null,
    score: null,
    reason: null,
    arm: 'unranked',
    rankingKey: loadedLater,
    isReady: true,
    undone: null,
  };
  return [{ localId: id, annotationId: id, held, answer, flag }];
}
