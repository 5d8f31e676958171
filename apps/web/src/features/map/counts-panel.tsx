import { useMemo } from 'react';
import { Panel } from '@/components/ui/screen';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { formatCount } from '@/lib/format';
import { countClasses } from './class-counts';
import type { MapPoints } from './map-points';

interface Props {
  readonly points: MapPoints;
  readonly nameOf: (classKey: string) => string;
}

/** What the map shows, for who does not see it, and for who counts. */
export function CountsPanel({ points, nameOf }: Props) {
  const counts = useMemo(() => countClasses(points), [points]);
  return (
    <Panel title="The map in numbers">
      <Table
        label="Points by predicted class"
        columns={[
          { name: 'Predicted' },
          { name: 'Points', isNumber: true },
          { name: 'Labeled', isNumber: true },
          { name: 'With another label', isNumber: true },
        ]}
      >
        {counts.map(({ classKey, numPoints, numLabeled, numDisagreed }) => (
          <Row key={classKey}>
            <HeadCell>{nameOf(classKey)}</HeadCell>
            <Cell isNumber>{formatCount(numPoints)}</Cell>
            <Cell isNumber>{formatCount(numLabeled)}</Cell>
            <Cell isNumber>{formatCount(numDisagreed)}</Cell>
          </Row>
        ))}
      </Table>
    </Panel>
  );
}
