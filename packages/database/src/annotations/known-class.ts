import { TangentError } from '@tangent/contracts';
import type { PipelinedTx } from '../core/pipelined.js';

/** Whether the project of an item has this class. */
export async function isClassOf(tx: PipelinedTx, itemId: string, classKey: string): Promise<boolean> {
  const rows = await tx.query(
    'SELECT 1 FROM items i JOIN project_classes c ON c.project_id = i.project_id WHERE i.id = $1 AND c.key = $2',
    [itemId, classKey],
  );
  return rows.length > 0;
}

/** The error that names the classes there are. */
export async function unknownClass(
  tx: PipelinedTx,
  projectId: string,
  classKey: string,
): Promise<TangentError> {
  const classes = await tx.query<{ key: string }>(
    'SELECT key FROM project_classes WHERE project_id = $1 ORDER BY position',
    [projectId],
  );
  const names = classes.slice(0, 50).map(({ key }) => key);
  const more = classes.length > names.length ? ', …' : '';
  return new TangentError(
    'unknown-class',
    `The project has no class "${classKey}"; it has ${names.join(', ')}${more}.`,
    { errors: [{ pointer: '/classKey', detail: `must be one of ${names.join(', ')}${more}` }] },
  );
}
