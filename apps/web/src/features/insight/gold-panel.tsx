'use client';

import type { Project, Quality } from '@tangent/contracts';
import useSWR from 'swr';
import { Panel } from '@/components/ui/screen';
import { api, messageOf } from '@/lib/api';
import { formatCount, formatPercent, plural } from '@/lib/format';
import { FiguresTable } from './figures-table';

type Figures = Pick<Quality['gold'], 'numAnswers' | 'numCorrect' | 'interval'>;

/** How often annotators are right about items whose class is known. */
export function GoldPanel({ project }: { readonly project: Project }) {
  const { data, error } = useSWR(
    ['quality', project.id],
    () => api.getQuality({ params: { projectId: project.id } }),
    { revalidateOnFocus: false },
  );
  return (
    <Panel
      title="Gold items"
      aside={data !== undefined && data.gold.numItems > 0 && plural(data.gold.numItems, 'item')}
    >
      {data !== undefined ? (
        <Content project={project} gold={data.gold} />
      ) : error === undefined ? (
        <div aria-busy="true" className="h-20 rounded-sm shimmer" />
      ) : (
        <p className="text-ink-soft">{messageOf(error)}</p>
      )}
    </Panel>
  );
}

function Content({ project, gold }: { readonly project: Project; readonly gold: Quality['gold'] }) {
  if (gold.numAnswers === 0)
    return (
      <p className="text-ink-soft">
        {gold.numItems === 0
          ? 'No item is gold. Import labeled rows that say “gold”: true, and annotators get them now and then without being told; here stands how often each is right.'
          : project.settings.goldShare === 0
            ? 'None is handed out: the project’s settings have a share for gold items.'
            : 'Nobody has answered one yet.'}
      </p>
    );
  return (
    <div data-testid="gold">
      <FiguresTable
        label="Right about gold items"
        head={['Annotator', 'Answers', 'Right', '95%']}
        rows={[
          ...gold.annotators.map(({ id, name, ...figures }) => ({
            key: id,
            cells: [name, ...cellsOf(figures)],
          })),
          ...(gold.annotators.length > 1 ? [{ key: 'all', cells: ['All', ...cellsOf(gold)] }] : []),
        ]}
      />
    </div>
  );
}

const cellsOf = ({ numAnswers, numCorrect, interval }: Figures): string[] => [
  formatCount(numAnswers),
  formatPercent(numCorrect / numAnswers, 0),
  interval === null ? '' : interval.map((end) => formatPercent(end, 0)).join(' – '),
];
