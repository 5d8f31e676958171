import type { Client } from '@tangent/client';
import type { Annotation } from '@tangent/contracts';
import type { Store } from '../../../lib/external-store';
import type { AnswerEntry, Entry } from './deliver';
import { EarlierAnswers } from './earlier-answers';
import type { LabelingState } from './labeling-state';
import type { HistoryEntry } from './types';

interface Options {
  readonly api: Client;
  readonly projectId: string;
  /** Where `history` and `hasEarlier` stand. */
  readonly state: Store<LabelingState>;
  /** What waits to be sent. */
  readonly waiting: () => readonly Entry[];
  readonly onError: (error: unknown) => void;
}

type Change = Partial<Pick<LabelingState, 'history' | 'hasEarlier'>>;

const most = 200;
/** With fewer at hand, earlier answers are read from the server, so many at a time. */
const fewest = 60;
const numEarlier = 100;

/** The answers that the annotator may undo, newest first: of this page, and before them those that the server knows. */
export class AnswerHistory {
  readonly #options: Options;
  readonly #earlier: EarlierAnswers;
  /** Items whose answers were taken back, and which were not answered since: a list may still hold those answers. */
  readonly #undoneItems = new Set<string>();
  #isReading = false;

  constructor(options: Options) {
    this.#options = options;
    this.#earlier = new EarlierAnswers({ ...options, pageSize: numEarlier });
  }

  get #entries(): readonly HistoryEntry[] {
    return this.#options.state.get().history;
  }

  /** After a reload: what was answered before it and is not sent yet. */
  restore(): void {
    const waiting = this.#options.waiting();
    const undone = new Set(waiting.flatMap((entry) => (entry.kind === 'undo' ? [entry.targetLocalId] : [])));
    const pending = waiting.filter((entry) => entry.kind === 'answer' && !undone.has(entry.localId));
    this.#options.state.update({ history: (pending as AnswerEntry[]).map(historyOf).reverse() });
  }

  /** The latest, or a chosen one. */
  find(localId?: string): HistoryEntry | undefined {
    return localId === undefined ? this.#entries[0] : this.#entries.find((one) => one.localId === localId);
  }

  /** With a new answer before the others. */
  with(entry: AnswerEntry): Change {
    this.#undoneItems.delete(entry.held.item.id);
    const isFull = this.#entries.length >= most;
    if (isFull) this.#earlier.restart();
    return {
      history: [historyOf(entry), ...this.#entries].slice(0, most),
      ...(isFull && { hasEarlier: true }),
    };
  }

  /** Without an answer that is taken back. */
  withoutUndone(entry: HistoryEntry): Change {
    this.#undoneItems.add(entry.held.item.id);
    return this.without(entry.localId);
  }

  /** Without an answer that counts no more, and whose item may be known by another one. */
  without(localId: string): Change {
    return { history: this.#entries.filter((one) => one.localId !== localId) };
  }

  noteSaved(localId: string, annotationId: string): void {
    this.#options.state.update({
      history: this.#entries.map((one) => (one.localId === localId ? { ...one, annotationId } : one)),
    });
  }

  /** Fills it up while it is short: an annotator may undo what she answered before a reload, or last week. */
  async readEarlier(): Promise<void> {
    if (this.#isReading) return;
    const { state, onError } = this.#options;
    this.#isReading = true;
    try {
      while (!this.#earlier.isAtEnd && this.#entries.length < fewest) {
        const earlier = await this.#earlier.next((annotation) => this.#isKnown(annotation));
        state.update({ history: [...this.#entries, ...earlier] });
      }
      state.update({ hasEarlier: !this.#earlier.isAtEnd });
    } catch (error) {
      onError(error);
    } finally {
      this.#isReading = false;
    }
  }

  /** In the history already, or undone, or about to be replaced or undone by what waits to be sent. */
  #isKnown({ id, itemId }: Annotation): boolean {
    if (this.#undoneItems.has(itemId)) return true;
    if (this.#entries.some(({ held }) => held.item.id === itemId)) return true;
    return this.#options
      .waiting()
      .some((entry) => (entry.kind === 'undo' ? entry.annotationId === id : entry.held.item.id === itemId));
  }
}

const historyOf = ({ localId, held, answer, flag }: AnswerEntry): HistoryEntry => ({
  localId,
  annotationId: null,
  held,
  answer,
  flag,
});
