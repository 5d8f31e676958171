import { type Client, isApiError } from '@tangent/client';
import type { ItemContent, Lease, RankingInfo } from '@tangent/contracts';
import { Store } from '../../../lib/external-store';
import { forgetAsked, giveBackLost, rememberAsked } from '../../../lib/lost-leases';
import { LeaseEnds } from './lease-ends';
import { LeasePace } from './lease-pace';
import { inRankOrder, isStale, staleBehind } from './lease-queue';
import { type HeldItem, type RankingSeen, rankingKey } from './types';

export interface LeaseState {
  readonly queue: readonly HeldItem[];
  readonly ranking: RankingSeen | null;
  /** Why the server had nothing to hand out, when it had not. */
  readonly emptyReason: 'all-labeled' | 'all-leased' | 'no-items' | null;
  /** The server has been asked at least once. */
  readonly hasAsked: boolean;
  /** The last request for items got no answer. */
  readonly isCut: boolean;
}

interface Options {
  readonly api: Client;
  readonly projectId: string;
  readonly leaseMs: number;
  /** Items to hold behind the one on screen; for a quick annotator up to twice as many. */
  readonly numAhead: number;
  /** Something is on screen: else one more is wanted, to be shown at once. */
  readonly isShowing: () => boolean;
  /** On screen, or answered and not yet delivered: must not be handed out to this person again. */
  readonly isTaken: (itemId: string) => boolean;
  /** Loads what an item needs to be painted at once. */
  readonly prepare: (lease: Lease) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly now: () => number;
}

const lookAgainMs = 5000;
/** Of the last items of a pool: who has one to work on lets colleagues ask first who have none. */
const othersFirstMs = 500;
/** Stale items that were kept for a quick annotator are swapped once she looks longer at one. */
const refreshAgainMs = 500;
/** Asked for at once, so that not every answer asks: an answer mostly brings a new ranking, which swaps what waits. */
const fewestAsked = 3;

/** Holds the leases behind the item on screen: fills up, keeps them alive, and swaps them when the ranking changes. */
export class LeaseKeeper {
  readonly state = new Store<LeaseState>({
    queue: [],
    ranking: null,
    emptyReason: null,
    hasAsked: false,
    isCut: false,
  });
  readonly #options: Options;
  readonly #lifetime = new AbortController();
  readonly #pace: LeasePace;
  readonly #ends: LeaseEnds;
  #filling: Promise<void> | null = null;
  /** No longer in the queue, to be given back with the next request. */
  #leaving: HeldItem[] = [];
  /** Those of them that the request on its way gives back. */
  #givingBack: readonly HeldItem[] = [];
  #refreshing: Promise<void> | null = null;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  #othersFirstTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#pace = new LeasePace(options.now);
    this.#ends = new LeaseEnds({ ...options, signal: this.#lifetime.signal });
  }

  get freshKey(): string {
    return rankingKey(this.state.get().ranking);
  }

  /** The next item that can be shown at once, and more are asked for behind it. */
  take(): HeldItem | undefined {
    const { queue } = this.state.get();
    const next = queue.find(({ isReady, undone }) => isReady || undone !== null) ?? queue[0];
    if (next !== undefined) this.state.update({ queue: queue.filter((held) => held !== next) });
    void this.fill();
    return next;
  }

  /** The item on screen is answered: takes the next one. */
  takeAfterAnswer(): HeldItem | undefined {
    this.#pace.noteAnswer();
    return this.take();
  }

  /** Puts an item before all others: an undo brought an older one to the screen. */
  putBack(held: HeldItem): void {
    this.state.update({ queue: [held, ...this.state.get().queue] });
  }

  /** The whole of an item that waits and was known in part. */
  complete(item: ItemContent): void {
    const queue = this.state.get().queue.map((held) => (held.item.id === item.id ? { ...held, item } : held));
    this.state.update({ queue });
  }

  /** One request at a time; asks again as long as items are missing and the server has some. */
  fill(): Promise<void> {
    this.#filling ??= this.#fillUp().finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  /** An answer was saved, her own or a colleague's: where there was nothing to hand out, there may be now. */
  noteAnswered(): void {
    if (this.state.get().emptyReason === null) return;
    if (!this.#options.isShowing()) void this.fill();
    else
      this.#othersFirstTimer ??= setTimeout(() => {
        this.#othersFirstTimer = undefined;
        void this.fill();
      }, othersFirstMs);
  }

  async #fillUp(): Promise<void> {
    clearTimeout(this.#lookTimer);
    const { api, numAhead, isShowing } = this.#options;
    await giveBackLost(api);
    while (!this.#lifetime.signal.aborted) {
      const need = this.#pace.numHeld(numAhead) + (isShowing() ? 0 : 1) - this.state.get().queue.length;
      if (need < fewestAsked && this.#leaving.length === 0) return;
      const numFresh = await this.#ask(Math.max(1, need));
      if (this.#leaving.length > 0 && !this.state.get().isCut) continue;
      if (numFresh === 0) {
        // Nothing there, or no answer: colleagues give items back, networks come back.
        this.#lookTimer = setTimeout(() => void this.fill(), lookAgainMs);
        return;
      }
      if (numFresh < need) return;
    }
  }

  /** Asks for items, and gives back those that leave: one request, one transaction. The number that came. */
  async #ask(count: number): Promise<number> {
    const { api, projectId, isTaken, onError, now } = this.#options;
    const askedAtMs = now();
    const leaving = this.#leaving;
    this.#leaving = [];
    this.#givingBack = leaving;
    const giveBack = leaving.flatMap(({ leaseId }) => leaseId ?? []);
    const request = { params: { projectId }, body: { count, giveBack, fairShare: true } };
    const idempotencyKey = rememberAsked(request);
    try {
      const answer = await api.createLeases(request, { idempotencyKey, retries: { limit: 1 } });
      if (this.#lifetime.signal.aborted) {
        for (const { leaseId } of answer.items) void this.#ends.release(leaseId);
        return 0;
      }
      this.#pace.noteTrip(now() - askedAtMs);
      if (answer.ranking !== null) this.noteRanking(answer.ranking);
      const held = new Set(this.state.get().queue.map(({ item }) => item.id));
      const fresh = answer.items.filter(({ item }) => !isTaken(item.id) && !held.has(item.id));
      for (const lease of answer.items) if (!fresh.includes(lease)) void this.#ends.release(lease.leaseId);
      const key = rankingKey(answer.ranking);
      const queue = [...this.state.get().queue, ...fresh.map((lease) => heldOf(lease, key))];
      this.state.update({
        queue: inRankOrder(queue, this.freshKey),
        emptyReason: queue.length === 0 ? (answer.reason ?? 'all-leased') : null,
        hasAsked: true,
        isCut: false,
      });
      for (const lease of fresh) void this.#prepare(lease);
      return fresh.length;
    } catch (error) {
      if (this.#lifetime.signal.aborted) return 0;
      onError(error);
      const isCut = !isApiError(error) || error.status >= 500;
      // Refused as a whole: they are still held, and are given back one by one.
      if (!isCut) for (const { leaseId } of leaving) if (leaseId !== null) void this.#ends.release(leaseId);
      // Nobody knows whether they were given back, and without a line they are all there is to work on.
      const { queue } = this.state.get();
      this.state.update({
        isCut,
        ...(isCut && { queue: inRankOrder([...queue, ...leaving], this.freshKey) }),
      });
      return 0;
    } finally {
      forgetAsked(idempotencyKey);
      this.#givingBack = [];
    }
  }

  async #prepare(lease: Lease): Promise<void> {
    await this.#options.prepare(lease);
    const queue = this.state
      .get()
      .queue.map((held) => (held.leaseId === lease.leaseId ? { ...held, isReady: true } : held));
    this.state.update({ queue });
  }

  /** What is known of the ranking; answers and events may cross, so what is older is let go. */
  noteRanking(ranking: RankingInfo): void {
    const known = this.state.get().ranking;
    if (known !== null && ranking.computedAt < known.computedAt) return;
    this.state.update({ ranking: { ...ranking, seenAtMs: this.#options.now() } });
  }

  /**
   * The ranking has changed: gives back what waits and asks for the new best. The next items are kept while the
   * others are swapped, and are swapped themselves once fresh ones are ready, so that there is always one to show.
   */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#swapStale();
    return this.#refreshing;
  }

  async #swapStale(): Promise<void> {
    try {
      await this.#filling;
      while (!this.#lifetime.signal.aborted) {
        const { queue } = this.state.get();
        const numKept = this.#pace.numKept;
        let stale = staleBehind(queue, this.freshKey, numKept);
        if (stale.length === 0) {
          const numReady = queue.filter((held) => held.isReady && !isStale(held, this.freshKey)).length;
          if (numReady > numKept) stale = staleBehind(queue, this.freshKey, 0);
        }
        if (stale.length === 0 || this.state.get().isCut) break;
        await this.#swap(stale);
      }
    } finally {
      this.#refreshing = null;
    }
    const { queue, isCut } = this.state.get();
    if (this.#lifetime.signal.aborted || isCut || staleBehind(queue, this.freshKey, 0).length === 0) return;
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = setTimeout(() => void this.refresh(), refreshAgainMs);
  }

  /** A round is done and nobody has said how its ranking is called: asking for items behind the next one tells. */
  async renew(): Promise<void> {
    await this.#swap(
      this.state
        .get()
        .queue.slice(this.#pace.numKept)
        .filter((held) => held.undone === null),
    );
    await this.refresh();
  }

  async #swap(old: readonly HeldItem[]): Promise<void> {
    await this.#filling;
    const { queue } = this.state.get();
    // Some may have been taken meanwhile.
    this.#leaving.push(...queue.filter((held) => old.includes(held)));
    this.state.update({ queue: queue.filter((held) => !old.includes(held)) });
    await this.fill();
    await this.#untilReady();
  }

  /** Resolves when what has just been handed out can be shown. */
  async #untilReady(): Promise<void> {
    const waits = () => this.state.get().queue.some((held) => !held.isReady);
    if (!waits()) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        unsubscribe();
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, 2000);
      const unsubscribe = this.state.subscribe(() => !waits() && done());
    });
  }

  /** Prolongs a lease; false when it is lost. */
  prolong(leaseId: string): Promise<boolean> {
    return this.#ends.prolong(leaseId);
  }

  /** Prolongs all that wait, and replaces what was lost. */
  async prolongAll(): Promise<void> {
    const { queue } = this.state.get();
    const lost = new Set<string>();
    await Promise.all(
      queue.map(async ({ leaseId }) => {
        if (leaseId !== null && !(await this.prolong(leaseId))) lost.add(leaseId);
      }),
    );
    if (lost.size === 0) return;
    this.state.update({ queue: this.state.get().queue.filter((held) => !lost.has(held.leaseId ?? '')) });
    await this.fill();
  }

  /**
   * Gives everything back; the page is being left, and nothing of it may run after this. So also what a request on its way was
   * to give back: that one may never have come to the server. Twice does no harm. What it brings is given back when it
   * comes, here or by the next page.
   */
  stop(current: string | null): void {
    this.#lifetime.abort(new Error('the annotate page was left'));
    clearTimeout(this.#lookTimer);
    clearTimeout(this.#refreshTimer);
    clearTimeout(this.#othersFirstTimer);
    const leaseIds = [
      current,
      ...[...this.state.get().queue, ...this.#leaving, ...this.#givingBack].map(({ leaseId }) => leaseId),
    ];
    this.state.update({ queue: [] });
    for (const leaseId of leaseIds) if (leaseId !== null) void this.#ends.release(leaseId);
  }
}

function heldOf(lease: Lease, key: string): HeldItem {
  const { item, leaseId, rank, score, reason, arm } = lease;
  return { item, leaseId, rank, score, reason, arm, rankingKey: key, isReady: false, undone: null };
}
