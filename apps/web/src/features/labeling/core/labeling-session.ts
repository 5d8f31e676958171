import { type Client, newIdempotencyKey } from '@tangent/client';
import type { Annotation, Lease, ProjectEvent } from '@tangent/contracts';
import { Store } from '../../../lib/external-store';
import { ActiveClock } from './active-clock';
import { type AnswerEntry, deliver, type Entry } from './deliver';
import { EarlierAnswers, loadedLater } from './earlier-answers';
import { KeepAlive } from './keep-alive';
import type { LabelingState } from './labeling-state';
import { LeaseKeeper } from './lease-keeper';
import { type EntryStorage, Outbox } from './outbox';
import { RankedLabels } from './ranked-labels';
import type { Answer, HistoryEntry } from './types';

interface Options {
  readonly api: Client;
  readonly projectId: string;
  readonly leaseMs: number;
  readonly storage: EntryStorage<Entry>;
  readonly prepare: (lease: Lease) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** An answer was refused for good. */
  readonly onRefused: (entry: AnswerEntry, detail: string) => void;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
}

/** Behind the item on screen. */
const numAhead = 10;
const mostHistory = 200;
/** With fewer at hand, earlier answers are read from the server, so many at a time. */
const fewestHistory = 60;
const numEarlier = 100;

/** One annotator at one project: what is on screen, what waits, what was answered. Knows nothing of React. */
export class LabelingSession {
  readonly state = new Store<LabelingState>({
    current: null,
    history: [],
    hasEarlier: true,
    isFlagged: false,
    effect: null,
    answeredAtMs: [],
    workedMs: 0,
    numLabelsBehind: null,
  });
  readonly leases: LeaseKeeper;
  readonly outbox: Outbox<Entry>;
  readonly #options: Options;
  readonly #clock: ActiveClock;
  readonly #earlier: EarlierAnswers;
  /** Items whose answers were taken back, and which were not answered since: a list may still hold those answers. */
  readonly #undoneItems = new Set<string>();
  readonly #ranked = new RankedLabels();
  readonly #keepAlive: KeepAlive;
  #isTaking = false;
  #isReadingEarlier = false;

  constructor(options: Options) {
    const { api, onError, now } = options;
    this.#options = options;
    this.#clock = new ActiveClock(now);
    this.#keepAlive = new KeepAlive({ ...options, prolong: () => this.#prolong() });
    this.#earlier = new EarlierAnswers({ ...options, pageSize: numEarlier });
    this.leases = new LeaseKeeper({
      ...options,
      numAhead,
      isShowing: () => this.state.get().current !== null,
      isTaken: (itemId) => this.#isTaken(itemId),
    });
    this.outbox = new Outbox<Entry>({
      storage: options.storage,
      deliver: (entry) =>
        deliver(api, entry, {
          onSaved: (saved, annotationId) => this.#onSaved(saved, annotationId),
          onRefused: (refused, detail) => this.#onRefused(refused, detail),
          onError,
        }),
    });
  }

  start(): void {
    const { entries } = this.outbox.state.get();
    const undone = new Set(entries.flatMap((entry) => (entry.kind === 'undo' ? [entry.targetLocalId] : [])));
    const pending = entries.filter((entry) => entry.kind === 'answer' && !undone.has(entry.localId));
    this.state.update({ history: (pending as AnswerEntry[]).map(historyOf).reverse() });
    this.leases.state.subscribe(() => this.#showNext());
    void this.outbox.run();
    void this.leases.fill();
    void this.#readEarlier();
    this.#keepAlive.start();
  }

  stop(): void {
    this.#keepAlive.stop();
    this.outbox.stop();
    this.leases.stop(this.state.get().current?.leaseId ?? null);
    this.state.update({ current: null });
  }

  /** Labels or skips the item on screen; the next one is there when this returns. */
  submit(answer: Answer): void {
    const { current, history, isFlagged, answeredAtMs, workedMs } = this.state.get();
    if (current === null) return;
    const nowMs = this.#options.now();
    const entry: AnswerEntry = {
      kind: 'answer',
      localId: newIdempotencyKey(),
      seq: Date.now(),
      idempotencyKey: newIdempotencyKey(),
      held: current,
      answer,
      flag: isFlagged,
      ...this.#clock.read(),
      isWithoutLease: false,
    };
    this.#isTaking = true;
    const next = this.leases.takeAfterAnswer() ?? null;
    this.#isTaking = false;
    this.#undoneItems.delete(current.item.id);
    if (history.length >= mostHistory) this.#earlier.restart();
    this.state.update({
      current: next,
      ...(history.length >= mostHistory ? { hasEarlier: true } : {}),
      isFlagged: false,
      history: [historyOf(entry), ...history].slice(0, mostHistory),
      answeredAtMs: [...answeredAtMs.slice(-50), nowMs],
      workedMs: workedMs + entry.activeMs,
      effect: {
        localId: entry.localId,
        itemId: current.item.id,
        answer,
        answeredAtMs: nowMs,
        numFlips: null,
        rerankedInMs: null,
        numNewAhead: null,
      },
    });
    this.#clock.restart();
    this.outbox.add(entry);
  }

  toggleFlag(): void {
    this.state.update({ isFlagged: !this.state.get().isFlagged });
  }

  /** Takes an answer back, the latest or a chosen one; its item is on screen when this returns. */
  undo(localId?: string): HistoryEntry | null {
    const { history, current, effect } = this.state.get();
    const entry = localId === undefined ? history[0] : history.find((one) => one.localId === localId);
    if (entry === undefined) {
      void this.#readEarlier();
      return null;
    }
    const wasNeverSent = this.outbox.cancel(entry.localId);
    if (!wasNeverSent) {
      this.outbox.add({
        kind: 'undo',
        localId: newIdempotencyKey(),
        seq: Date.now(),
        targetLocalId: entry.localId,
        annotationId: entry.annotationId,
      });
    }
    this.#undoneItems.add(entry.held.item.id);
    if (current !== null) this.leases.putBack(current);
    this.state.update({
      current: { ...entry.held, leaseId: wasNeverSent ? entry.held.leaseId : null, undone: entry.answer },
      isFlagged: entry.flag,
      history: history.filter((one) => one !== entry),
      effect: effect?.localId === entry.localId ? null : effect,
    });
    this.#clock.restart();
    if (entry.held.rankingKey === loadedLater) void this.#complete(entry.held.item.id);
    void this.#readEarlier();
    return entry;
  }

  /** A list of annotations holds less of an item than a screen needs. */
  async #complete(itemId: string): Promise<void> {
    try {
      const item = await this.#options.api.getItem({ params: { itemId } });
      const { current } = this.state.get();
      if (current?.item.id === itemId) this.state.update({ current: { ...current, item } });
      else this.leases.complete(item);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  onEvent(event: ProjectEvent): void {
    if (event.type === 'label.created') {
      this.#ranked.noteLabel(event.itemId, event.labelSeq);
      this.state.update({ numLabelsBehind: this.#ranked.numBehind });
      this.leases.noteAnswered();
    } else if (event.type === 'ranking.updated') {
      this.#onRanking(event);
    } else if (event.type === 'round.done') {
      void this.leases.renew();
    }
  }

  #onRanking(event: Extract<ProjectEvent, { type: 'ranking.updated' }>): void {
    const learned = this.#ranked.noteRanking(event.labelSeq);
    this.state.update({ numLabelsBehind: this.#ranked.numBehind });
    const { effect } = this.state.get();
    if (effect !== null && effect.rerankedInMs === null && learned.has(effect.itemId)) {
      const rerankedInMs = this.#options.now() - effect.answeredAtMs;
      this.state.update({ effect: { ...effect, numFlips: event.numFlips, rerankedInMs } });
    }
    const { ranking } = this.leases.state.get();
    this.leases.noteRanking({
      strategy: ranking?.strategy ?? '',
      modelVersion: ranking?.modelVersion ?? null,
      roundId: event.roundId,
      numLiveUpdates: event.numLiveUpdates,
      computedAt: event.computedAt,
      numLabelsBehind: 0,
    });
    void this.#swapFor();
  }

  /** Brings the queue to a refreshed ranking, and tells how much of it the latest answer changed. */
  async #swapFor(): Promise<void> {
    const before = new Set(this.leases.state.get().queue.map(({ item }) => item.id));
    const { effect } = this.state.get();
    await this.leases.refresh();
    if (effect === null || this.state.get().effect !== effect) return;
    if (effect.rerankedInMs === null || effect.numNewAhead !== null) return;
    const next = this.leases.state.get().queue.slice(0, numAhead);
    const numNewAhead = next.filter(({ item }) => !before.has(item.id)).length;
    this.state.update({ effect: { ...effect, numNewAhead } });
  }

  /** The line was down: what happened meanwhile is unknown, so ask. */
  onReconnect(): void {
    this.outbox.poke();
    void this.leases.fill();
  }

  noteInput(): void {
    this.#clock.noteInput();
    this.#keepAlive.noteInput();
  }

  noteVisibility(isVisible: boolean): void {
    this.#clock.noteVisibility(isVisible);
    this.#keepAlive.noteVisibility(isVisible);
  }

  /** All that waits, and what is on screen; who has lost that one labels it without a lease. */
  async #prolong(): Promise<void> {
    const { current } = this.state.get();
    await this.leases.prolongAll();
    if (current === null || current.leaseId === null || (await this.leases.prolong(current.leaseId))) return;
    const shown = this.state.get().current;
    if (shown?.leaseId === current.leaseId) this.state.update({ current: { ...shown, leaseId: null } });
  }

  /** Shows the first that comes when nothing is on screen. Taking it changes the queue, which calls this again. */
  #showNext(): void {
    if (this.#isTaking || this.state.get().current !== null) return;
    this.#isTaking = true;
    const next = this.leases.state.get().queue.length > 0 ? this.leases.take() : undefined;
    this.#isTaking = false;
    if (next === undefined) return;
    this.state.update({ current: next });
    this.#clock.restart();
  }

  #isTaken(itemId: string): boolean {
    if (this.state.get().current?.item.id === itemId) return true;
    return this.outbox.state
      .get()
      .entries.some((entry) => entry.kind === 'answer' && entry.held.item.id === itemId);
  }

  #onSaved(entry: AnswerEntry, annotationId: string): void {
    const history = this.state
      .get()
      .history.map((one) => (one.localId === entry.localId ? { ...one, annotationId } : one));
    this.state.update({ history });
    this.leases.noteAnswered();
    for (const waiting of this.outbox.state.get().entries) {
      if (waiting.kind === 'undo' && waiting.targetLocalId === entry.localId) {
        this.outbox.amend(waiting.localId, { annotationId });
      }
    }
  }

  #onRefused(entry: AnswerEntry, detail: string): void {
    const { history, effect } = this.state.get();
    this.state.update({
      history: history.filter((one) => one.localId !== entry.localId),
      effect: effect?.localId === entry.localId ? null : effect,
    });
    this.#options.onRefused(entry, detail);
  }

  /** Fills the history up while it is short: an annotator may undo what she answered before a reload, or last week. */
  async #readEarlier(): Promise<void> {
    if (this.#isReadingEarlier) return;
    this.#isReadingEarlier = true;
    try {
      while (!this.#earlier.isAtEnd && this.state.get().history.length < fewestHistory) {
        const earlier = await this.#earlier.next((annotation) => this.#isKnown(annotation));
        this.state.update({ history: [...this.state.get().history, ...earlier] });
      }
      this.state.update({ hasEarlier: !this.#earlier.isAtEnd });
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#isReadingEarlier = false;
    }
  }

  /** In the history already, or undone, or about to be replaced or undone by what waits in the outbox. */
  #isKnown({ id, itemId }: Annotation): boolean {
    if (this.#undoneItems.has(itemId)) return true;
    if (this.state.get().history.some(({ held }) => held.item.id === itemId)) return true;
    return this.outbox.state
      .get()
      .entries.some((entry) =>
        entry.kind === 'undo' ? entry.annotationId === id : entry.held.item.id === itemId,
      );
  }
}

const historyOf = ({ localId, held, answer, flag }: AnswerEntry): HistoryEntry => ({
  localId,
  annotationId: null,
  held,
  answer,
  flag,
});
