import type { Database } from '../core/database.js';

/** Up to so many labels behind, the first places of a ranking hold open items, and nothing is to be gained. */
const fewBehind = 64;
/** More than a team holds on lease. */
const enough = 1_024;
/** How long nobody looks again, at least, and of the time how much may go into looking. */
const lookAgainMs = 1_000;
const largestShare = 0.05;

/** Which live ranking of a project. */
export interface RankingVersion {
  readonly roundId: string;
  readonly labelSeq: number;
}

/** The first places of a live ranking whose items had no label a moment ago. */
export interface OpenPlaces extends RankingVersion {
  readonly itemIds: readonly string[];
  /** Ranks from 1 on, ascending. */
  readonly places: readonly number[];
  /** Places up to this one were looked at. */
  readonly to: number;
}

/** Of one project, as this process saw it last. A look under way is shared by all who want it. */
interface Seen {
  found?: OpenPlaces;
  nextLookAt?: number;
  look?: Promise<void> | undefined;
}
const seen = new WeakMap<Database, Map<string, Seen>>();

/**
 * Where open items stand in a live ranking that is many labels behind; null for one that is not. Without it every lease
 * would look up again all that was labeled since: thousands of items, while the live model catches up. What was opened
 * again is found at the next look, a second later.
 */
export async function openPlaces(
  db: Database,
  projectId: string,
  { numRanked, numBehind, ...version }: RankingVersion & { numRanked: number; numBehind: number },
): Promise<OpenPlaces | null> {
  if (numBehind <= fewBehind) return null;
  const projects = seen.get(db) ?? new Map<string, Seen>();
  seen.set(db, projects);
  const project = projects.get(projectId) ?? {};
  projects.set(projectId, project);
  const isOf = (found: OpenPlaces | undefined): found is OpenPlaces =>
    found?.roundId === version.roundId && found.labelSeq === version.labelSeq;
  if (!isOf(project.found) || performance.now() >= project.nextLookAt!) {
    project.look ??= look(db, projectId, { ...version, numRanked })
      .then(({ found, ms }) => {
        project.found = found;
        project.nextLookAt = performance.now() + Math.max(lookAgainMs, ms / largestShare);
      })
      .finally(() => {
        project.look = undefined;
      });
    await project.look;
  }
  return isOf(project.found) ? project.found : null;
}

async function look(
  db: Database,
  projectId: string,
  { roundId, labelSeq, numRanked }: RankingVersion & { numRanked: number },
): Promise<{ found: OpenPlaces; ms: number }> {
  const startedAt = performance.now();
  const rows: { id: string; place: number }[] = [];
  let to = 0;
  for (let size = 2 * enough; to < numRanked && rows.length < enough; size *= 2) {
    rows.push(
      ...(await db.query<{ id: string; place: number }>(
        `SELECT r.id, (r.n + $4)::int AS place
         FROM rankings k, unnest(k.item_ids[$4 + 1:$5]) WITH ORDINALITY r(id, n)
         CROSS JOIN LATERAL (SELECT status FROM items WHERE id = r.id OFFSET 0) i
         WHERE k.project_id = $1 AND k.kind = 'live' AND k.round_id = $2 AND k.label_seq = $3
           AND i.status = 'unlabeled' ORDER BY r.n LIMIT $6`,
        [projectId, roundId, labelSeq, to, to + size, enough - rows.length],
      )),
    );
    to = rows.length < enough ? Math.min(numRanked, to + size) : rows.at(-1)!.place;
  }
  const found = {
    roundId,
    labelSeq,
    itemIds: rows.map(({ id }) => id),
    places: rows.map(({ place }) => place),
    to,
  };
  return { found, ms: performance.now() - startedAt };
}
