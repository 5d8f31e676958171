import { setTimeout } from 'node:timers/promises';
import { createRandom } from '@tangent/compute';
import { type MapComing, type MapReport, mostMapPoints } from '@tangent/contracts';
import { drawLandmarks } from '../compute/pool-map.js';
import { toSquare } from '../compute/to-square.js';
import { scoringOf } from '../rounds/score-shard.js';
import { decodeStatistics } from '../rounds/statistics.js';
import type { RoundPool } from './live-context.js';
import type { Prepared, ReportContext } from './live-reports.js';

/** UMAP lays a thousand out in a second or two; the others take a product of matrices. */
const numLandmarks = 1000;
/** Whoever asks learns after so long how far it is. */
const patienceMs = 1000;

/**
 * Where the pool of the round lies in the plane. It is of the round, whatever labels came since, and made of the round's
 * blobs, a shard at a time: the live state is not asked.
 */
export function mapReport(
  { live, signal, once, progressOf }: ReportContext,
  { round, snapshot }: RoundPool,
): Prepared {
  const { blobs, reports } = live;
  const drawn = once('map', round.id, async (note): Promise<MapReport> => {
    const { plan, model } = await scoringOf(blobs, round);
    const { weights } = decodeStatistics(await blobs.get(round.statisticsKey!));
    const kernel = { settings: { plan, model }, weights };
    const landmarks = drawLandmarks(snapshot.itemIds, { seed: round.seed, count: numLandmarks });
    const inPool = createRandom(round.seed).fork('map').sample(snapshot.itemIds.length, mostMapPoints);
    const shards = round.shards.map(({ fromIndex, toIndex, featuresKey }) => ({
      featuresKey: featuresKey!,
      /** Those of some ascending pool indices that lie in the shard, counted from its first item. */
      rowsOf: (indices: Int32Array) =>
        indices.filter((i) => i >= fromIndex && i < toIndex).map((i) => i - fromIndex),
    }));
    const ascending = landmarks.toSorted();
    const placeOf = new Map(Array.from(ascending, (item, place) => [item, place]));
    const parts: Uint8Array[] = [];
    for (const { featuresKey, rowsOf } of shards) {
      const rows = rowsOf(ascending);
      const features = await blobs.get(featuresKey);
      parts.push(await reports.call('pickFeatures', { features, rows }, { signal }));
    }
    const laidOut = await reports.call(
      'layOutLandmarks',
      { ...kernel, parts, order: landmarks.map((item) => placeOf.get(item)!), seed: round.seed },
      { signal },
    );
    const places = new Float64Array(2 * inPool.length);
    let at = 0;
    for (const { featuresKey, rowsOf } of shards) {
      const rows = rowsOf(inPool);
      const features = await blobs.get(featuresKey);
      const placed = await reports.call(
        'placeShard',
        { ...kernel, landmarks: laidOut, features, rows },
        { signal },
      );
      places.set(placed, at);
      at += placed.length;
      note(at / places.length);
    }
    return {
      roundId: round.id,
      numLandmarks: landmarks.length,
      points: inPool.length === snapshot.itemIds.length ? null : base64Of(Uint32Array.from(inPool)),
      positions: base64Of(toSquare(places)),
    };
  });
  // A large one takes longer than anybody waits for an answer, and other reports wait behind this one.
  const coming = async (): Promise<MapComing> => {
    await setTimeout(patienceMs, undefined, { signal, ref: false });
    return { progress: progressOf('map') };
  };
  return async () => ({ kind: 'map', answer: await Promise.race([drawn, coming()]) });
}

const base64Of = ({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array) =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
