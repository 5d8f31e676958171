'use client';

import type { Confusion, Project } from '@tangent/contracts';
import { useState } from 'react';
import useSWR from 'swr';
import { Panel } from '@/components/ui/screen';
import { ScrollArea } from '@/components/ui/scroll-area';
import { ItemThumb } from '@/features/labeling/item-thumb';
import { classNameOf } from '@/features/labeling/names';
import { api, messageOf } from '@/lib/api';
import { cn } from '@/lib/cn';
import { formatCount, formatPercent, plural } from '@/lib/format';

/** More classes than these are no matrix any more that could be read: the largest confusions are listed. */
const mostInMatrix = 24;
type Cell = Confusion['cells'][number];

interface Props {
  readonly project: Project;
  readonly onOpen: (itemId: string) => void;
}

/** Labels against predictions; a cell shows its items. */
export function ConfusionPanel({ project, onOpen }: Props) {
  const { data, error } = useSWR(
    ['confusion', project.id],
    () => api.getConfusion({ params: { projectId: project.id } }),
    { revalidateOnFocus: false },
  );
  const [chosen, setChosen] = useState<Cell | null>(null);
  if (data === undefined || data.numItems === 0) {
    return (
      <Panel title="Confusion">
        {data === undefined && error === undefined ? (
          <div aria-busy="true" className="h-64 rounded-sm shimmer" />
        ) : (
          <p className="text-ink-soft">
            {error === undefined ? 'There is no labeled item that a model predicts yet.' : messageOf(error)}
          </p>
        )}
      </Panel>
    );
  }
  const used = project.classes.filter(({ key }) =>
    data.cells.some(({ classKey, predicted }) => classKey === key || predicted === key),
  );
  return (
    <Panel
      title="Confusion"
      aside={`${formatPercent(data.numAgreeing / data.numItems, 1)} of ${plural(data.numItems, 'label')} predicted alike`}
    >
      <p className="mb-4 max-w-2xl text-sm text-ink-soft">
        Labels of the pool against what the model says now. It has learned from these labels: where it
        contradicts one all the same, look at it. Unseen items are in the curve.
      </p>
      <div className="grid items-start gap-x-10 gap-y-5 lg:grid-cols-[minmax(0,max-content)_minmax(0,1fr)]">
        {used.length <= mostInMatrix ? (
          <Matrix
            project={project}
            classes={used.map(({ key }) => key)}
            cells={data.cells}
            chosen={chosen}
            onChoose={setChosen}
          />
        ) : (
          <Largest project={project} cells={data.cells} onChoose={setChosen} />
        )}
        {chosen !== null && (
          <section aria-live="polite" aria-label="Items of the cell">
            <h3 className="mb-2 text-sm">
              Labeled {classNameOf(project, chosen.classKey)}, predicted{' '}
              {classNameOf(project, chosen.predicted)}
              <span className="font-normal text-ink-faint">
                {' '}
                – {plural(chosen.numItems, 'item')}
                {chosen.numItems > chosen.itemIds.length && `, the ${chosen.itemIds.length} surest`}
              </span>
            </h3>
            <ul
              className="grid grid-cols-[repeat(auto-fill,minmax(4rem,1fr))] gap-2"
              data-testid="cell-items"
            >
              {chosen.itemIds.map((itemId, index) => (
                <li key={itemId} className="aspect-square">
                  <button
                    type="button"
                    aria-label={`Open item ${index + 1}`}
                    onClick={() => onOpen(itemId)}
                    className="size-full rounded-sm hover:opacity-85"
                  >
                    <ItemThumb itemId={itemId} type={project.type} />
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Panel>
  );
}

interface MatrixProps {
  readonly project: Project;
  readonly classes: readonly string[];
  readonly cells: readonly Cell[];
  readonly chosen: Cell | null;
  readonly onChoose: (cell: Cell) => void;
}

function Matrix({ project, classes, cells, chosen, onChoose }: MatrixProps) {
  const cellOf = (classKey: string, predicted: string) =>
    cells.find((cell) => cell.classKey === classKey && cell.predicted === predicted);
  return (
    <ScrollArea label="Confusion matrix" className="min-w-0 overflow-x-auto">
      <table className="text-sm tabular" data-testid="confusion">
        <caption className="sr-only">Rows are labels, columns are predictions</caption>
        <thead>
          <tr>
            <td className="pr-3 pb-1 text-right text-xs text-ink-faint">label \ predicted</td>
            {classes.map((key) => (
              <th
                key={key}
                scope="col"
                className="max-w-20 truncate px-0.5 pb-1 text-xs font-normal text-ink-soft"
              >
                {classNameOf(project, key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((row) => {
            const inRow = cells
              .filter(({ classKey }) => classKey === row)
              .reduce((n, c) => n + c.numItems, 0);
            return (
              <tr key={row}>
                <th
                  scope="row"
                  className="max-w-32 truncate pr-3 text-right text-xs font-normal text-ink-soft"
                >
                  {classNameOf(project, row)}
                </th>
                {classes.map((column) => {
                  const cell = cellOf(row, column);
                  if (cell === undefined)
                    return (
                      <td key={column} className="p-0.5">
                        <span className="block h-9 w-11 rounded-sm bg-sunken" />
                      </td>
                    );
                  const share = cell.numItems / inRow;
                  const isRight = row === column;
                  return (
                    <td key={column} className="p-0.5">
                      <button
                        type="button"
                        aria-pressed={chosen?.classKey === row && chosen.predicted === column}
                        aria-label={`${plural(cell.numItems, 'item')} labeled ${classNameOf(project, row)}, predicted ${classNameOf(project, column)}`}
                        onClick={() => onChoose(cell)}
                        className={cn(
                          'relative h-9 w-11 overflow-hidden rounded-sm border text-ink aria-pressed:border-ink',
                          isRight ? 'border-live/40' : 'border-danger/40',
                        )}
                      >
                        <span
                          aria-hidden="true"
                          className={cn('absolute inset-0', isRight ? 'bg-live' : 'bg-danger')}
                          style={{ opacity: 0.06 + 0.2 * share }}
                        />
                        <span className="relative">{formatCount(cell.numItems)}</span>
                      </button>
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Largest({ project, cells, onChoose }: Pick<MatrixProps, 'project' | 'cells' | 'onChoose'>) {
  const wrong = cells.filter(({ classKey, predicted }) => classKey !== predicted).slice(0, 30);
  return (
    <ul className="divide-y divide-line border-y border-line">
      {wrong.map((cell) => (
        <li key={`${cell.classKey}/${cell.predicted}`}>
          <button
            type="button"
            onClick={() => onChoose(cell)}
            className="flex w-full justify-between gap-4 py-2 text-left text-sm hover:bg-hover"
          >
            <span>
              {classNameOf(project, cell.classKey)} <span className="text-ink-faint">predicted as</span>{' '}
              {classNameOf(project, cell.predicted)}
            </span>
            <span className="tabular">{formatCount(cell.numItems)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
