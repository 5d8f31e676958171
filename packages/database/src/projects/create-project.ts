import { type Fault, type ProjectSettings, type ProjectType, TangentError } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { newId } from '../core/ids.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { getProject, type ProjectRecord } from './projects.js';

export interface NewProject {
  readonly name: string;
  readonly type: ProjectType;
  /** In the order of their columns in every model output. The name is the key, and there is no hotkey, unless given. */
  readonly classes: readonly {
    readonly key: string;
    readonly name?: string | undefined;
    readonly hotkey?: string | null | undefined;
  }[];
  readonly settings: ProjectSettings;
  readonly creatorId: string;
  readonly actor: Actor;
  /** Written in the same transaction, e.g. the response under its idempotency key. */
  readonly also?: (tx: Tx, project: ProjectRecord) => Promise<void>;
}

/** The creator becomes its admin. Throws duplicate-class. */
export async function createProject(db: Database, input: NewProject): Promise<ProjectRecord> {
  refuseDuplicates(input.classes);
  return inTransaction(db, async (tx) => {
    const { id } = await tx.prisma.project.create({
      data: {
        id: newId('project'),
        name: input.name,
        type: input.type,
        settings: input.settings,
        classes: {
          create: input.classes.map((c, position) => ({
            key: c.key,
            name: c.name ?? c.key,
            hotkey: c.hotkey ?? null,
            position,
          })),
        },
        members: { create: { userId: input.creatorId, role: 'admin' } },
      },
    });
    await audit(tx, {
      actorId: input.actor.userId,
      ip: input.actor.ip,
      action: 'project.create',
      targetType: 'project',
      targetId: id,
      detail: { name: input.name, type: input.type, numClasses: input.classes.length },
    });
    const project = await getProject(tx, id);
    await input.also?.(tx, project);
    return project;
  });
}

function refuseDuplicates(classes: NewProject['classes']): void {
  const faults: Fault[] = [];
  const seen = { key: new Map<string, number>(), hotkey: new Map<string, number>() };
  for (const [i, entry] of classes.entries()) {
    for (const field of ['key', 'hotkey'] as const) {
      const value = entry[field];
      if (value === null || value === undefined) continue;
      const first = seen[field].get(value);
      if (first === undefined) seen[field].set(value, i);
      else
        faults.push({
          pointer: `/classes/${i}/${field}`,
          detail: `"${value}" is the ${field} of class ${first + 1} already`,
        });
    }
  }
  if (faults.length > 0)
    throw new TangentError(
      'duplicate-class',
      `Classes need keys and hotkeys of their own: ${faults[0]!.detail}.`,
      {
        errors: faults,
      },
    );
}
