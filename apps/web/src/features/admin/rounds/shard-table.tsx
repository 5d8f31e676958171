import type { Answer } from '@tangent/client';
import type { Endpoints, RoundJob } from '@tangent/contracts';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { formatCount, formatMs } from '@/lib/format';

type Shard = Answer<Endpoints['getRoundShards']>['items'][number];

interface Props {
  readonly shards: readonly Shard[];
  readonly jobs: readonly RoundJob[];
}

/** What the database knows of each shard. */
export function ShardTable({ shards, jobs }: Props) {
  if (shards.length === 0) {
    return (
      <p className="border-t border-line py-6 text-ink-soft">
        The pool is cut into shards when training is over.
      </p>
    );
  }
  const triesOf = (index: number): number =>
    Math.max(0, ...jobs.filter(({ shardIndex }) => shardIndex === index).map(({ numTries }) => numTries));
  return (
    <Table
      label="Shards"
      columns={[
        { name: 'Shard' },
        { name: 'Items', isNumber: true },
        { name: 'Features' },
        { name: 'Scores' },
        { name: 'Attempt', isNumber: true, isWide: true },
        { name: 'Tries', isNumber: true, isWide: true },
      ]}
    >
      {shards.map((shard) => (
        <Row key={shard.index}>
          <HeadCell>{shard.index}</HeadCell>
          <Cell isNumber>{formatCount(shard.numItems)}</Cell>
          <Cell>{stepOf(shard.featuresStatus, shard.featuresMs)}</Cell>
          <Cell>{stepOf(shard.scoreStatus, shard.scoreMs)}</Cell>
          <Cell isNumber isWide>
            {shard.attempts === 0 ? '–' : shard.attempts}
          </Cell>
          <Cell isNumber isWide>
            {triesOf(shard.index) || '–'}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

const stepOf = (status: Shard['scoreStatus'], ms: number | null): string =>
  status === 'done' && ms !== null ? formatMs(ms) : status;
