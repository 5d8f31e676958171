import { type ImportedNetwork, type NetworkKind, TangentError } from '@tangent/contracts';
import type { Database, Queryable, Tx } from '../core/database.js';
import { newId } from '../core/ids.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import { inTransaction } from '../core/transaction.js';
import type { Prisma, ImportedNetwork as Row } from '../generated/client.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';

/** What reading the file found out. */
export type NetworkSummary = Pick<
  ImportedNetwork,
  'inputShape' | 'numOutputs' | 'numParameters' | 'numBytes' | 'layers' | 'notes'
>;

export interface NewNetwork {
  readonly projectId: string;
  readonly kind: NetworkKind;
  readonly name: string;
  /** Of the checkpoint, or of the ONNX file. */
  readonly blobKey: string;
  readonly summary: NetworkSummary;
  readonly actor: Actor;
  /** Written in the same transaction, e.g. the response under its idempotency key. */
  readonly also?: (tx: Tx, network: ImportedNetwork) => Promise<void>;
}

export async function createNetwork(db: Database, input: NewNetwork): Promise<ImportedNetwork> {
  const { projectId, kind, name, blobKey, summary, actor } = input;
  return inTransaction(db, async (tx) => {
    const row = await tx.prisma.importedNetwork.create({
      data: {
        id: newId('network'),
        projectId,
        kind,
        name,
        blobKey,
        summary: summary as Prisma.InputJsonObject,
        createdById: actor.userId,
      },
    });
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'network.import',
      targetType: 'network',
      targetId: row.id,
      detail: { projectId, kind, name },
    });
    const network = toNetwork(row);
    await input.also?.(tx, network);
    return network;
  });
}

/** Newest first. */
export async function listNetworks(
  db: Queryable,
  { projectId, cursor, limit }: { projectId: string } & PageRequest,
): Promise<Page<ImportedNetwork>> {
  const after = decodeCursor(cursor, 's');
  const rows = await db.prisma.importedNetwork.findMany({
    // Ids sort by time of creation.
    where: { projectId, ...(after && { id: { lt: String(after[0]) } }) },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  return pageOf(rows, limit, toNetwork, (row) => [row.id]);
}

export interface NetworkContent {
  readonly kind: NetworkKind;
  readonly blobKey: string;
  /** Of one example, as the file has it; null: any extent. */
  readonly inputShape: readonly (number | null)[];
}

/** Where a project's network lies. Throws not-found. */
export async function getNetworkContent(
  db: Queryable,
  { projectId, networkId }: { projectId: string; networkId: string },
): Promise<NetworkContent> {
  const row = await db.prisma.importedNetwork.findFirst({ where: { id: networkId, projectId } });
  if (!row)
    throw new TangentError(
      'not-found',
      `The project has no network ${networkId}. GET /v1/projects/${projectId}/networks lists them; POST one there first.`,
    );
  const { inputShape } = row.summary as unknown as NetworkSummary;
  return { kind: row.kind, blobKey: row.blobKey, inputShape };
}

function toNetwork(row: Row): ImportedNetwork {
  return {
    id: row.id,
    projectId: row.projectId,
    kind: row.kind,
    name: row.name,
    ...(row.summary as unknown as NetworkSummary),
    createdAt: row.createdAt.toISOString(),
  };
}
