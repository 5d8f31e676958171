import type { LiveReply } from '@tangent/contracts';
import {
  answerLive,
  getLastDoneRound,
  isOpenQuestion,
  labelEventsSince,
  liveLeases,
  openQuestions,
  type ProjectHold,
  placesInRanking,
  type RoundJobRecord,
  writeLiveUpdate,
} from '@tangent/database';
import { loadPool } from '../rounds/pool-input.js';
import type { LiveContext, Loaded, RoundPool } from './live-context.js';
import { isReport, LiveReports } from './live-reports.js';
import { LoadBackoff } from './load-backoff.js';
import { PublishPace } from './publish-pace.js';

/** Label events that are followed before it is asked whether an order is due: a stream of them must not hold it up. */
const eventsAtOnce = 1000;
const numReasons = 24;
const numMostChanged = 12;
const numNearest = 5;

/**
 * The live model of one project, by the worker that holds it: follows its label events and answers questions. All work
 * runs one after the other; a wake-up that comes while work is under way leads to one more look, not to many.
 */
export class LiveProject {
  private loaded: Loaded | undefined;
  /** Whose live state is being loaded, which for a large pool takes a while. */
  private loading: RoundPool | undefined;
  private readonly backoff = new LoadBackoff();
  private readonly pace = new PublishPace();
  /** Looks again when an order that had to wait may be published. */
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private isQueued = false;
  private isClosed = false;
  private readonly reports: LiveReports;

  constructor(
    private readonly context: LiveContext,
    private readonly hold: ProjectHold,
  ) {
    this.reports = new LiveReports(context, hold.projectId, () => {
      this.loaded = undefined;
    });
  }

  get projectId(): string {
    return this.hold.projectId;
  }

  /** Looks for a newer round, new label events and open questions. */
  wake(): void {
    if (this.loading) void this.answerMaps(this.loading);
    if (this.isQueued || this.isClosed) return;
    this.isQueued = true;
    this.work = this.work.then(async () => {
      this.isQueued = false;
      if (this.isClosed) return;
      try {
        await this.catchUp();
        await this.answerQuestions();
      } catch (error) {
        // The rows are still there: the next wake-up, at the latest the periodic one, builds the state anew.
        this.loaded = undefined;
        this.context.log.error({ err: error, projectId: this.projectId }, 'live update failed');
      }
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.work;
    await this.reports.close();
    await this.context.compute.call('dropLive', { projectId: this.projectId });
    await this.hold.release();
  }

  private async catchUp(): Promise<void> {
    const { db } = this.context;
    const round = await getLastDoneRound(db, this.projectId);
    // A cold start has no model to follow labels with: its project is put away at the manager's next look.
    if (!round?.model) return;
    if (this.loaded?.round.id !== round.id) this.loaded = await this.tryLoad(round);
    const state = this.loaded;
    if (!state) return;
    let hasMore = true;
    while (hasMore && !this.isClosed) {
      hasMore = await this.follow(state);
      if (state.labelSeq > state.publishedSeq && this.pace.waitMs(performance.now()) === 0)
        await this.publish(state);
    }
    if (state.labelSeq > state.publishedSeq) this.wakeIn(this.pace.waitMs(performance.now()));
  }

  private wakeIn(ms: number): void {
    clearTimeout(this.timer);
    if (!this.isClosed) this.timer = setTimeout(() => this.wake(), ms);
  }

  /** Takes the next label events into the state. Whether there may be more. */
  private async follow(state: Loaded): Promise<boolean> {
    const events = await labelEventsSince(this.context.db, {
      projectId: this.projectId,
      seq: state.labelSeq,
      limit: eventsAtOnce,
    });
    if (events.length === 0) return false;
    const positionOf = new Map(state.snapshot.classKeys.map((key, i) => [key, i]));
    const changes = events.flatMap((event) => {
      const item = state.indexOf.get(event.itemId);
      // An item that came after the snapshot waits for the next round.
      if (item === undefined) return [];
      return [
        {
          item,
          classIndex: event.classKey === null ? -1 : positionOf.get(event.classKey)!,
          isSkipped: event.skip !== null,
          isNotRelevant: event.skip === 'not-relevant',
        },
      ];
    });
    const moved = await this.context.compute.call('applyLive', { projectId: this.projectId, changes });
    state.showable = { ...state.showable, ...moved };
    state.labelSeq = events.at(-1)!.seq;
    state.numLiveUpdates += events.length;
    return events.length === eventsAtOnce;
  }

  /** Undefined where it fails, which is logged once, or has failed a moment ago. */
  private async tryLoad(round: RoundJobRecord): Promise<Loaded | undefined> {
    if (!this.backoff.mayTry(round.id, performance.now())) return undefined;
    try {
      const loaded = await this.load(round);
      this.backoff.noteSuccess();
      return loaded;
    } catch (error) {
      const isFirst = this.backoff.noteFailure(round.id, performance.now());
      const details = { err: error, projectId: this.projectId, roundId: round.id };
      if (isFirst)
        this.context.log.error(
          details,
          'the live model cannot be loaded; its questions stay unanswered until there is another round',
        );
      else this.context.log.debug(details, 'the live model still cannot be loaded');
      return undefined;
    } finally {
      this.loading = undefined;
    }
  }

  private async load(round: RoundJobRecord): Promise<Loaded> {
    const { snapshot, input } = await loadPool(this.context.blobs, round);
    this.loading = { round, snapshot };
    void this.answerMaps(this.loading);
    const loaded = await this.context.compute.call('loadLive', {
      ...input,
      projectId: this.projectId,
      itemIds: snapshot.itemIds,
      isSkipped: snapshot.isSkipped,
      isNotRelevant: snapshot.isNotRelevant,
      hasRelevance: round.config.relevance,
      classNames: round.project.classes.map((c) => c.name),
    });
    return {
      round,
      snapshot,
      indexOf: new Map(snapshot.itemIds.map((id, i) => [id, i])),
      showable: {
        ...loaded,
        numClasses: input.numClasses,
        temperature: input.temperature,
        loss: input.model.loss,
      },
      labelSeq: snapshot.labelSeq,
      publishedSeq: snapshot.labelSeq,
      numLiveUpdates: 0,
    };
  }

  private async publish(state: Loaded): Promise<void> {
    const { db, compute, showing } = this.context;
    const { round, snapshot, labelSeq } = state;
    const from = performance.now();
    const leased = await liveLeases(db, this.projectId);
    const pending = Int32Array.from(leased.flatMap((id) => state.indexOf.get(id) ?? []));
    const [ranking, shown] = await Promise.all([
      compute.call('rankLive', { projectId: this.projectId, pending, numReasons }),
      showing.call('showLive', state.showable),
    ]);
    const k = snapshot.classKeys.length;
    await writeLiveUpdate(db, {
      projectId: this.projectId,
      roundId: round.id,
      labelSeq,
      numLiveUpdates: state.numLiveUpdates,
      numFlips: shown.numFlips,
      ranking: {
        itemIds: Array.from(ranking.order, (i) => snapshot.itemIds[i]!),
        scores: ranking.scores,
        reasons: ranking.reasons,
        numSelected: 0,
      },
      predictions: round.shards.map(({ index, fromIndex, toIndex }) => ({
        shardIndex: index,
        itemIds: snapshot.itemIds.slice(fromIndex, toIndex),
        probabilities: shown.probabilities.subarray(fromIndex * k, toIndex * k),
      })),
    });
    state.publishedSeq = labelSeq;
    await compute.call('settleLive', { projectId: this.projectId });
    this.pace.notePublished({ from, to: performance.now() });
  }

  private async answerQuestions(): Promise<void> {
    const state = this.loaded;
    if (!state) return;
    for (const { requestId, question } of await openQuestions(this.context.db, {
      projectId: this.projectId,
    })) {
      if (isReport(question)) {
        this.reports.take(state, requestId, question);
        continue;
      }
      // Those before it took their time: who asked may have gone on to the next item.
      if (!(await isOpenQuestion(this.context.db, requestId))) continue;
      const reply =
        question.kind === 'what-if'
          ? await this.whatIf(state, question.itemId)
          : await this.explain(state, question.itemId);
      await answerLive(this.context.db, { requestId, reply });
    }
  }

  /** Those that are asked while the live state is being loaded. */
  private async answerMaps(pool: RoundPool): Promise<void> {
    const { db, log } = this.context;
    try {
      const open = await openQuestions(db, { projectId: this.projectId });
      for (const { requestId, question } of open)
        if (question.kind === 'map') this.reports.takeMap(pool, requestId);
    } catch (error) {
      // The questions are still there, and are looked for once more when the state is loaded.
      log.error({ err: error, projectId: this.projectId }, 'maps that are asked for could not be looked up');
    }
  }

  private async whatIf({ snapshot }: Loaded, itemId: string): Promise<LiveReply> {
    const found = await this.context.compute.call('whatIfLive', {
      projectId: this.projectId,
      itemId,
      numMostChanged,
    });
    if (!found) return { kind: 'unknown-item' };
    const keys = snapshot.classKeys;
    const classes = found.classes.map(({ classIndex, numFlips, meanChange, mostChanged }) => ({
      classKey: keys[classIndex]!,
      probability: found.probabilities[classIndex]!,
      numFlips,
      meanChange,
      mostChanged: mostChanged.map(({ position, before, after, change }) => ({
        itemId: snapshot.itemIds[position]!,
        before: keys[before]!,
        after: keys[after]!,
        change,
      })),
    }));
    return { kind: 'what-if', answer: { classes } };
  }

  private async explain({ round, snapshot, numLiveUpdates }: Loaded, itemId: string): Promise<LiveReply> {
    const found = await this.context.compute.call('explainLive', {
      projectId: this.projectId,
      itemId,
      numNearest,
    });
    if (!found) return { kind: 'unknown-item' };
    const place = (await placesInRanking(this.context.db, this.projectId, [itemId])).get(itemId);
    const keys = snapshot.classKeys;
    return {
      kind: 'explanation',
      answer: {
        itemId,
        score: found.score,
        rank: place?.rank ?? null,
        roundId: round.id,
        strategy: round.config.strategy,
        modelVersion: round.model!.number,
        numLiveUpdates,
        reason: found.reason,
        probabilities: Object.fromEntries(keys.map((key, i) => [key, found.probabilities[i]!])),
        nearestLabeled: found.nearest.map(({ item, classIndex, similarity }) => ({
          itemId: snapshot.itemIds[item]!,
          classKey: keys[classIndex]!,
          similarity,
        })),
      },
    };
  }
}
