import { type Quality, TangentError } from '@tangent/contracts';
import {
  type AgreementMoments,
  type AnswerCounts,
  agreementInterval,
  cohenKappa,
  fleissKappa,
  krippendorffAlpha,
  mostFrequentCounts,
  type PairCell,
} from '@tangent/labeling';
import type { Database } from '../core/database.js';
import { codeOf } from '../core/errors.js';
import { type Snapshot, withSnapshot } from '../core/stream.js';
import { readGold } from './read-gold.js';

/** Pairs of annotators that are shown. */
const mostPairs = 100;

/**
 * Live answers with a class, of items of $1 that have two or more answers. Not of gold items: these are the easy ones, or the
 * hard ones, as somebody chose, and are answered by everybody.
 */
const answersSql = `answers AS MATERIALIZED (
    SELECT a.item_id, a.annotator_id, a.class_key FROM annotations a JOIN items i ON i.id = a.item_id
    WHERE i.project_id = $1 AND i.num_annotations >= 2 AND NOT i.is_gold AND a.superseded_at IS NULL AND a.class_key IS NOT NULL),
  counts AS MATERIALIZED (SELECT item_id, class_key, count(*)::int AS n FROM answers GROUP BY 1, 2),
  units AS MATERIALIZED (SELECT item_id, sum(n)::int AS m, sum(n * (n - 1))::int AS e FROM counts GROUP BY 1 HAVING sum(n) >= 2)`;

export interface AgreementOptions {
  /** Of each statement; default 20,000. */
  readonly statementTimeoutMs?: number;
}

/**
 * How far the annotators of a project agree: of one snapshot, summed up in the database, so that memory grows with classes
 * and not with items. Of each pair's table, one at a time, the cells that are not 0. Throws takes-too-long.
 */
export async function readAgreement(
  db: Database,
  projectId: string,
  { statementTimeoutMs = 20_000 }: AgreementOptions = {},
): Promise<Quality> {
  try {
    return await withSnapshot(db, async (snapshot) => {
      await snapshot.query("SELECT set_config('statement_timeout', $1, true)", [`${statementTimeoutMs}ms`]);
      return await agreementOf(snapshot, projectId);
    });
  } catch (error) {
    if (codeOf(error) !== '57014') throw error;
    throw new TangentError(
      'takes-too-long',
      `The agreement of project ${projectId} takes the database more than ${statementTimeoutMs / 1000} s, and was given up so that others do not wait for it. Ask again when less is going on, or export the annotations and compare them outside.`,
      { cause: error },
    );
  }
}

async function agreementOf(snapshot: Snapshot, projectId: string): Promise<Quality> {
  const { counts, numAnnotators } = await readCounts(snapshot, projectId);
  const alpha = krippendorffAlpha(counts);
  const chosen = mostFrequentCounts(counts);
  const fleiss = chosen && fleissKappa(chosen);
  const kappaOf = new Map(fleiss?.classes.map(({ classKey, value }) => [classKey, value]));
  const intervalOf = async (value: number | null, answersPerItem: number | null) =>
    value === null ? null : agreementInterval(value, await readMoments(snapshot, projectId, answersPerItem));
  const { pairs, numPairs } = await readPairs(snapshot, projectId);
  return {
    numItems: alpha.numItems,
    numAnswers: alpha.numAnswers,
    numAnnotators,
    observed: alpha.observed,
    alpha: {
      value: alpha.value,
      interval: await intervalOf(alpha.value, null),
      reason: reasonOf(alpha.value, alpha.numItems),
    },
    fleiss: {
      value: fleiss?.value ?? null,
      interval: await intervalOf(fleiss?.value ?? null, chosen?.answersPerItem ?? null),
      reason: reasonOf(
        fleiss?.value ?? null,
        alpha.numItems,
        `All answers to the ${chosen?.numItems} items with ${chosen?.answersPerItem} answers`,
      ),
      answersPerItem: chosen?.answersPerItem ?? null,
      numItems: chosen?.numItems ?? 0,
    },
    classes: alpha.classes.map(({ classKey, value }) => ({
      classKey,
      numAnswers: counts.reduce(
        (sum, { classes }) => sum + (classes.find((c) => c.classKey === classKey)?.numAnswers ?? 0),
        0,
      ),
      alpha: value,
      kappa: kappaOf.get(classKey) ?? null,
    })),
    pairs,
    numPairs,
    gold: await readGold(snapshot, projectId),
  };
}

/** `answers`: of what the coefficient is of. */
function reasonOf(value: number | null, numItems: number, answers = 'All answers'): string | null {
  if (value !== null) return null;
  return numItems === 0
    ? 'No item has two answers that name a class: set settings.overlap to 2 or more, so that items are shown to as many annotators.'
    : `${answers} name the same class, so that chance agrees as well; it takes answers of two classes or more.`;
}

async function readCounts(
  snapshot: Snapshot,
  projectId: string,
): Promise<{ readonly counts: AnswerCounts[]; readonly numAnnotators: number }> {
  const rows = await snapshot.query<{
    m: number;
    num_items: number;
    num_annotators: number;
    classes: { key: string; answers: number; pairs: number }[];
  }>(
    `WITH ${answersSql},
       by_class AS (SELECT u.m, c.class_key, sum(c.n) AS answers, sum(c.n * (c.n - 1)) AS pairs
         FROM counts c JOIN units u USING (item_id) GROUP BY 1, 2),
       by_number AS (SELECT m, count(*)::int AS num_items FROM units GROUP BY 1)
     SELECT m, num_items,
       (SELECT count(DISTINCT annotator_id)::int FROM answers JOIN units USING (item_id)) AS num_annotators,
       (SELECT json_agg(json_build_object('key', class_key, 'answers', answers, 'pairs', pairs))
        FROM by_class b WHERE b.m = n.m) AS classes
     FROM by_number n ORDER BY m`,
    [projectId],
  );
  const counts = rows.map(({ m, num_items, classes }) => ({
    answersPerItem: m,
    numItems: num_items,
    classes: classes.map(({ key, answers, pairs }) => ({
      classKey: key,
      numAnswers: answers,
      numEqualPairs: pairs,
    })),
  }));
  return { counts, numAnnotators: rows[0]?.num_annotators ?? 0 };
}

/** Of the items with two or more answers, or with just so many. */
async function readMoments(
  snapshot: Snapshot,
  projectId: string,
  answersPerItem: number | null,
): Promise<AgreementMoments> {
  const [row] = await snapshot.query<AgreementMoments>(
    `WITH ${answersSql},
       these AS (SELECT item_id, m, m - e::float8 / (m - 1) AS d FROM units WHERE $2::int IS NULL OR m = $2),
       shares AS MATERIALIZED (SELECT class_key, sum(n) / sum(sum(n)) OVER () AS p
         FROM counts JOIN these USING (item_id) GROUP BY 1),
       sums AS (SELECT t.m::float8 AS m, t.d, sum(c.n * s.p)::float8 AS s
         FROM these t JOIN counts c USING (item_id) JOIN shares s USING (class_key) GROUP BY t.item_id, t.m, t.d)
     SELECT count(*)::int AS "numItems", sum(m) AS m, sum(d) AS d,
       (SELECT sum(p * p)::float8 FROM shares) AS concentration,
       sum(m * m) AS mm, sum(m * d) AS md, sum(m * s) AS ms, sum(d * d) AS dd, sum(d * s) AS ds, sum(s * s) AS ss
     FROM sums`,
    [projectId, answersPerItem],
  );
  return row!;
}

interface CellRow {
  first_id: string;
  first_name: string;
  second_id: string;
  second_name: string;
  num_pairs: number;
  first: string;
  second: string;
  count: number;
}

async function readPairs(
  snapshot: Snapshot,
  projectId: string,
): Promise<Pick<Quality, 'pairs' | 'numPairs'>> {
  const rows = snapshot.stream<CellRow>(
    `WITH ${answersSql},
       cells AS MATERIALIZED (SELECT a.annotator_id AS first_id, b.annotator_id AS second_id,
           a.class_key AS first, b.class_key AS second, count(*)::int AS count
         FROM answers a JOIN answers b ON b.item_id = a.item_id AND b.annotator_id > a.annotator_id GROUP BY 1, 2, 3, 4),
       pairs AS (SELECT first_id, second_id, sum(count) AS num_items, count(*) OVER ()::int AS num_pairs
         FROM cells GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ${mostPairs})
     SELECT p.first_id, f.name AS first_name, p.second_id, s.name AS second_name, p.num_pairs, c.first, c.second, c.count
     FROM pairs p JOIN cells c USING (first_id, second_id)
     JOIN users f ON f.id = p.first_id JOIN users s ON s.id = p.second_id
     ORDER BY p.num_items DESC, p.first_id, p.second_id`,
    [projectId],
  );
  const pairs: Quality['pairs'] = [];
  let numPairs = 0;
  let held: { readonly of: CellRow; readonly cells: PairCell[] } | undefined;
  const finish = () => {
    if (held) pairs.push(pairOf(held.of, held.cells));
  };
  for await (const row of rows) {
    numPairs = row.num_pairs;
    if (held?.of.first_id !== row.first_id || held.of.second_id !== row.second_id) {
      finish();
      held = { of: row, cells: [] };
    }
    held.cells.push({ first: row.first, second: row.second, count: row.count });
  }
  finish();
  return { pairs, numPairs };
}

function pairOf(
  { first_id, first_name, second_id, second_name }: CellRow,
  cells: readonly PairCell[],
): Quality['pairs'][number] {
  const { kappa, interval, observed, numItems } = cohenKappa(cells);
  return {
    annotators: [
      { id: first_id, name: first_name },
      { id: second_id, name: second_name },
    ],
    numItems,
    observed: observed!,
    kappa,
    interval,
    reason: reasonOf(kappa, numItems, 'All answers to their common items'),
  };
}
