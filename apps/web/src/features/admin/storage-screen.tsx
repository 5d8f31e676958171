'use client';

import useSWR from 'swr';
import { SectionHead } from '@/components/shell/section-nav';
import { Loaded } from '@/components/ui/loaded';
import { Meter } from '@/components/ui/meter';
import { Notice } from '@/components/ui/notice';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { api } from '@/lib/api';
import { formatBytes, formatCount, formatPercent, plural } from '@/lib/format';

/** Below this share of free disk it is said aloud. */
const scarceShare = 0.1;

export function StorageScreen() {
  const storage = useSWR(['storage'], () => api.getStorage());
  return (
    <>
      <SectionHead title="Storage">How large what is kept is, and how much room is left for it.</SectionHead>
      <Loaded of={storage} what="The storage" className="h-80">
        {({ database, media, disk, blobs }) => {
          const share = disk.totalBytes === 0 ? 1 : disk.freeBytes / disk.totalBytes;
          const largest = Math.max(1, ...database.tables.map(({ bytes }) => bytes));
          const facts = [
            { name: 'Database', value: formatBytes(database.bytes), note: 'in Postgres, with indexes' },
            {
              name: 'Images',
              value: formatBytes(media.bytes),
              note: `${plural(media.num, 'image')} in ${blobs === 's3' ? 'a bucket' : 'the data folder'}`,
            },
            {
              name: 'Free disk',
              value: formatBytes(disk.freeBytes),
              note: `${formatPercent(share)} of ${formatBytes(disk.totalBytes)}, where the data folder lies`,
            },
          ];
          return (
            <>
              {share < scarceShare && (
                <Notice tone="warn" className="mb-6">
                  <b className="font-medium">The disk is nearly full.</b> Imports and rounds fail when it is;
                  answers of annotators too, when Postgres lies on it.
                </Notice>
              )}
              <dl className="grid gap-4 sm:grid-cols-3">
                {facts.map(({ name, value, note }) => (
                  <div key={name} className="rounded-lg border border-line bg-surface p-4">
                    <dt className="text-sm text-ink-soft">{name}</dt>
                    <dd className="mt-1">
                      <span className="text-2xl font-medium tracking-tight tabular">{value}</span>
                      <span className="mt-1 block text-sm text-ink-faint">{note}</span>
                    </dd>
                  </div>
                ))}
              </dl>
              <h2 className="mt-9 mb-4 text-lg">Tables</h2>
              <Table
                label="The largest tables"
                columns={[
                  { name: 'Table' },
                  { name: 'Share', isWide: true },
                  { name: 'Size', isNumber: true },
                  { name: 'Rows, about', isNumber: true },
                ]}
              >
                {database.tables.map(({ name, bytes, numRows }) => (
                  <Row key={name}>
                    <HeadCell>{name.replaceAll('_', ' ')}</HeadCell>
                    <Cell isWide className="w-2/5">
                      <Meter
                        label={`Size of ${name}`}
                        value={bytes}
                        max={largest}
                        valueText={formatBytes(bytes)}
                      />
                    </Cell>
                    <Cell isNumber>{formatBytes(bytes)}</Cell>
                    <Cell isNumber className="text-ink-soft">
                      {numRows === null ? '–' : formatCount(numRows)}
                    </Cell>
                  </Row>
                ))}
              </Table>
            </>
          );
        }}
      </Loaded>
    </>
  );
}
