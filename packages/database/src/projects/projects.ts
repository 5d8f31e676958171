import {
  type Project,
  type ProjectClass,
  type ProjectSettings,
  type ProjectType,
  projectSettings,
  type Role,
  TangentError,
} from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';

/** The caller: admins may do everything everywhere. */
export interface Viewer {
  readonly userId: string;
  readonly isAdmin: boolean;
}

/** The contract's project without what depends on the caller, with the version of its settings (the ETag). */
export type ProjectRecord = Omit<Project, 'role' | 'workers'> & {
  readonly settingsVersion: number;
  readonly labelSeq: number;
};

interface ProjectRow {
  id: string;
  name: string;
  type: ProjectType;
  settings: unknown;
  settings_version: number;
  label_seq: number;
  created_at: Date;
  classes: ProjectClass[];
  counts: Project['counts'];
  role: Role | null;
}

/**
 * Items are all of the project; labeled, unlabeled and skipped are those of the pool, so that with the held-out
 * ones they add up to them. Leased items are unlabeled ones that somebody holds at the moment.
 */
const countsSql = `
  SELECT json_build_object(
    'items', coalesce(sum(n), 0),
    'labeled', coalesce(sum(n) FILTER (WHERE NOT is_holdout AND status = 'labeled'), 0),
    'unlabeled', coalesce(sum(n) FILTER (WHERE NOT is_holdout AND status = 'unlabeled'), 0),
    'skipped', coalesce(sum(n) FILTER (WHERE NOT is_holdout AND status = 'skipped'), 0),
    'holdout', coalesce(sum(n) FILTER (WHERE is_holdout), 0),
    'leased', (SELECT count(DISTINCT l.item_id) FROM leases l JOIN items i ON i.id = l.item_id AND i.status = 'unlabeled'
               WHERE l.project_id = p.id AND l.closed_at IS NULL AND l.expires_at > $1)) AS counts
  FROM (SELECT is_holdout, status, count(*) AS n FROM items WHERE project_id = p.id GROUP BY 1, 2) groups`;

const projectSql = `
  SELECT p.id, p.name, p.type, p.settings, p.settings_version, p.label_seq, p.created_at,
    (SELECT json_agg(json_build_object('key', key, 'name', name, 'hotkey', hotkey) ORDER BY position)
     FROM project_classes WHERE project_id = p.id) AS classes,
    c.counts, m.role
  FROM projects p
  LEFT JOIN members m ON m.project_id = p.id AND m.user_id = $2
  CROSS JOIN LATERAL (${countsSql}) c
  WHERE p.deleted_at IS NULL`;

/** Throws not-found. */
export async function getProject(
  db: Queryable,
  projectId: string,
  now: Date = db.now(),
): Promise<ProjectRecord> {
  const [row] = await db.query<ProjectRow>(`${projectSql} AND p.id = $3`, [now, '', projectId]);
  if (!row) throw noProject(projectId);
  return toRecord(row);
}

/** Those that the viewer is a member of (admins: all), newest first. */
export async function listProjects(
  db: Queryable,
  input: { viewer: Viewer; now?: Date } & PageRequest,
): Promise<Page<ProjectRecord & { readonly role: Role }>> {
  const { viewer, cursor, limit, now = db.now() } = input;
  const after = decodeCursor(cursor, 's');
  const rows = await db.query<ProjectRow>(
    `${projectSql} AND ($3 OR m.role IS NOT NULL) AND ($4::text IS NULL OR p.id < $4) ORDER BY p.id DESC LIMIT $5`,
    [now, viewer.userId, viewer.isAdmin, after?.[0] ?? null, limit + 1],
  );
  return pageOf(
    rows,
    limit,
    (row) => ({ ...toRecord(row), role: viewer.isAdmin ? ('admin' as const) : row.role! }),
    (row) => [row.id],
  );
}

export interface ProjectSetup {
  readonly id: string;
  readonly type: ProjectType;
  /** In the order of their columns. */
  readonly classes: ProjectClass[];
  readonly settings: ProjectSettings;
  readonly labelSeq: number;
}

/** What jobs need to know. Throws not-found. */
export async function getProjectSetup(db: Queryable, projectId: string): Promise<ProjectSetup> {
  const row = await db.prisma.project.findUnique({
    where: { id: projectId, deletedAt: null },
    include: { classes: { orderBy: { position: 'asc' } } },
  });
  if (!row) throw noProject(projectId);
  return {
    id: row.id,
    type: row.type,
    classes: row.classes.map(({ key, name, hotkey }) => ({ key, name, hotkey })),
    settings: projectSettings.parse(row.settings),
    labelSeq: row.labelSeq,
  };
}

export function noProject(projectId: string): TangentError {
  return new TangentError('not-found', `There is no project ${projectId}.`);
}

function toRecord(row: ProjectRow): ProjectRecord {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    classes: row.classes,
    // Settings that came with a later version get their default.
    settings: projectSettings.parse(row.settings),
    counts: row.counts,
    createdAt: row.created_at.toISOString(),
    settingsVersion: row.settings_version,
    labelSeq: row.label_seq,
  };
}
