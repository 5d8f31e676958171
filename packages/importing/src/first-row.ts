import { TangentError } from '@tangent/contracts';
import type { ReadRow } from './source.js';

const misfits = ['unknown-field', 'content-missing'];
const unreadable = ['json-invalid', 'not-utf8', 'line-too-long'];

/**
 * Looks at the first row only. Throws wrong-columns where its fields are not those of a row, malformed-body where it
 * cannot be read, and where there is none. What else is wrong with it is a matter of that row.
 */
export async function checkFirstRow(groups: AsyncIterable<readonly ReadRow[]>): Promise<void> {
  for await (const [read] of groups) {
    if (!read) continue;
    if (read.kind === 'row') return;
    const { line, record, code, detail } = read.error;
    const where = line === undefined ? `Element ${record}` : `Line ${line}`;
    if (misfits.includes(code)) throw new TangentError('wrong-columns', `${where}: ${detail}`);
    if (unreadable.includes(code)) throw new TangentError('malformed-body', `${where}: ${detail}`);
    return;
  }
  throw new TangentError('malformed-body', 'The file holds no rows.');
}
