import { type Client, newIdempotencyKey } from '@tangent/client';
import type { Lease, ProjectEvent } from '@tangent/contracts';
import { Store } from '../../../lib/external-store';
import { ActiveClock } from './active-clock';
import { AnswerHistory } from './answer-history';
import { type AnswerEntry, deliver, type Entry } from './deliver';
import { loadedLater } from './earlier-answers';
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
  readonly #history: AnswerHistory;
  readonly #ranked = new RankedLabels();
  readonly #keepAlive: KeepAlive;
  #isTaking = false;

  constructor(options: Options) {
    const { api, onError, now } = options;
    this.#options = options;
    this.#clock = new ActiveClock(now);
    this.#keepAlive = new KeepAlive({ ...options, prolong: () => this.#prolong() });
    this.#history = new AnswerHistory({
      ...options,
      state: this.state,
      waiting: () => this.outbox.state.get().entries,
    });
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
    this.#history.restore();
    this.leases.state.subscribe(() => this.#showNext());
    void this.outbox.run();
    void this.leases.fill();
    void this.#history.readEarlier();
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
    const { current, isFlagged, answeredAtMs, workedMs } = this.state.get();
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
    this.state.update({
      current: next,
      ...this.#history.with(entry),
      isFlagged: false,
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
    const { current, effect } = this.state.get();
    const entry = this.#history.find(localId);
    if (entry === undefined) {
      void this.#history.readEarlier();
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
    if (current !== null) this.leases.putBack(current);
    this.state.update({
      current: { ...entry.held, leaseId: wasNeverSent ? entry.held.leaseId : null, undone: entry.answer },
      isFlagged: entry.flag,
      ...this.#history.withoutUndone(entry),
      effect: effect?.localId === entry.localId ? null : effect,
    });
    this.#clock.restart();
    if (entry.held.rankingKey === loadedLater) void this.#complete(entry.held.item.id);
    void this.#history.readEarlier();
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
    this.#history.noteSaved(entry.localId, annotationId);
    this.leases.noteAnswered();
    for (const waiting of this.outbox.state.get().entries) {
      if (waiting.kind === 'undo' && waiting.targetLocalId === entry.localId) {
        this.outbox.amend(waiting.localId, { annotationId });
      }
    }
  }

  #onRefused(entry: AnswerEntry, detail: string): void {
    const { effect } = this.state.get();
    this.state.update({
      ...this.#history.without(entry.localId),
      effect: effect?.localId === entry.localId ? null : effect,
    });
    this.#options.onRefused(entry, detail);
  }
}
