import type { Quality } from '@tangent/contracts';
import { wilsonInterval } from '@tangent/labeling';
import type { Snapshot } from '../core/stream.js';

interface AnnotatorRow {
  id: string;
  name: string;
  num_answers: number;
  num_correct: number;
}

/**
 * How often each annotator was right about gold items: live answers that name a class, against the label that the item has
 * now; who gave the most comes first. A skip is neither right nor wrong.
 */
export async function readGold(snapshot: Snapshot, projectId: string): Promise<Quality['gold']> {
  const [gold] = await snapshot.query<{ num_items: number }>(
    'SELECT count(*)::int AS num_items FROM items WHERE project_id = $1 AND is_gold',
    [projectId],
  );
  const rows = await snapshot.query<AnnotatorRow>(
    `SELECT u.id, u.name, count(*)::int AS num_answers,
       count(*) FILTER (WHERE a.class_key = lab.class_key)::int AS num_correct
     FROM items i JOIN labels lab ON lab.item_id = i.id JOIN annotations a ON a.item_id = i.id
     JOIN users u ON u.id = a.annotator_id
     WHERE i.project_id = $1 AND i.is_gold AND a.superseded_at IS NULL AND a.class_key IS NOT NULL
     GROUP BY u.id, u.name ORDER BY num_answers DESC, u.id`,
    [projectId],
  );
  const all = { num_answers: 0, num_correct: 0 };
  for (const { num_answers, num_correct } of rows) {
    all.num_answers += num_answers;
    all.num_correct += num_correct;
  }
  return {
    numItems: gold!.num_items,
    ...figuresOf(all),
    annotators: rows.map((row) => ({ id: row.id, name: row.name, ...figuresOf(row) })),
  };
}

const figuresOf = ({ num_answers, num_correct }: Pick<AnnotatorRow, 'num_answers' | 'num_correct'>) => ({
  numAnswers: num_answers,
  numCorrect: num_correct,
  interval: num_answers === 0 ? null : wilsonInterval(num_correct, num_answers),
});
