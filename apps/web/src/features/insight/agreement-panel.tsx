'use client';

import type { Project, Quality } from '@tangent/contracts';
import useSWR from 'swr';
import { Panel } from '@/components/ui/screen';
import { classNameOf } from '@/features/labeling/names';
import { api, messageOf } from '@/lib/api';
import { formatCount, formatPercent, plural } from '@/lib/format';
import { FiguresTable } from './figures-table';

const coefficient = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
const between = (interval: readonly [number, number] | null): string =>
  interval === null ? '' : `${interval[0].toFixed(2)} – ${interval[1].toFixed(2)}`;

/** How far annotators agree beyond chance. */
export function AgreementPanel({ project }: { readonly project: Project }) {
  const { data, error } = useSWR(
    ['quality', project.id],
    () => api.getQuality({ params: { projectId: project.id } }),
    { revalidateOnFocus: false },
  );
  return (
    <Panel
      title="Agreement"
      aside={
        data !== undefined &&
        data.numItems > 0 &&
        `${plural(data.numItems, 'item')}, ${plural(data.numAnnotators, 'annotator')}`
      }
    >
      {data === undefined ? (
        error === undefined ? (
          <div aria-busy="true" className="h-28 rounded-sm shimmer" />
        ) : (
          <p className="text-ink-soft">{messageOf(error)}</p>
        )
      ) : data.numItems === 0 ? (
        <p className="text-ink-soft">
          No item has two answers yet.
          {project.settings.overlap < 2 &&
            ' The project asks for one annotation an item; with two or more, agreement is measured here.'}
        </p>
      ) : (
        <Figures project={project} quality={data} />
      )}
    </Panel>
  );
}

function Figures({ project, quality }: { readonly project: Project; readonly quality: Quality }) {
  const { observed, alpha, fleiss, classes, pairs, numPairs } = quality;
  const figures = [
    {
      name: 'Equal answers',
      value: observed === null ? '–' : formatPercent(observed, 1),
      note: 'of the pairs',
    },
    {
      name: 'Krippendorff’s α',
      value: coefficient(alpha.value),
      note: alpha.reason ?? between(alpha.interval),
    },
    { name: 'Fleiss’ κ', value: coefficient(fleiss.value), note: fleiss.reason ?? between(fleiss.interval) },
  ];
  return (
    <div data-testid="agreement">
      <dl className="grid gap-5 tabular sm:grid-cols-3">
        {figures.map(({ name, value, note }) => (
          <div key={name}>
            <dt className="text-sm text-ink-soft">{name}</dt>
            <dd className="mt-0.5">
              <span className="text-xl font-medium tracking-tight">{value}</span>{' '}
              <span className="block text-xs text-ink-faint">{note}</span>
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-6 grid gap-x-10 gap-y-6 md:grid-cols-2">
        <FiguresTable
          label="Agreement by class"
          head={['Class', 'Answers', 'α']}
          rows={classes.slice(0, 50).map((each) => ({
            key: each.classKey,
            cells: [
              classNameOf(project, each.classKey),
              formatCount(each.numAnswers),
              coefficient(each.alpha),
            ],
          }))}
        />
        <FiguresTable
          label="Agreement of two annotators"
          head={[numPairs > pairs.length ? `Pairs, first ${pairs.length}` : 'Pairs', 'Items', 'κ']}
          rows={pairs.map(({ annotators: [a, b], numItems, kappa }) => ({
            key: `${a.id} ${b.id}`,
            cells: [`${a.name} and ${b.name}`, formatCount(numItems), coefficient(kappa)],
          }))}
        />
      </div>
    </div>
  );
}
