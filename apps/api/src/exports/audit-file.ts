import type { AuditRecord } from '@tangent/database';
import { csvRecord } from './csv-record.js';

const columns = ['id', 'at', 'actorId', 'action', 'targetType', 'targetId', 'detail', 'ip'] as const;

/** The audit as a file, an entry a line. */
export const auditFiles = {
  csv: { contentType: 'text/csv; charset=utf-8', write: auditCsv },
  jsonl: { contentType: 'application/x-ndjson', write: auditJsonl },
} as const;

async function* auditCsv(entries: AsyncIterable<AuditRecord>): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(csvRecord([...columns]));
  for await (const entry of entries)
    yield Buffer.from(
      csvRecord(columns.map((name) => (name === 'detail' ? JSON.stringify(entry.detail) : entry[name]))),
    );
}

async function* auditJsonl(entries: AsyncIterable<AuditRecord>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const entry of entries) yield Buffer.from(`${JSON.stringify(entry)}\n`);
}
