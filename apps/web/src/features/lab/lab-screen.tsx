'use client';

import type { LabReport, Project } from '@tangent/contracts';
import { type FormEvent, useState } from 'react';
import useSWR from 'swr';
import { Blank } from '@/components/ui/blank';
import { buttonStyle } from '@/components/ui/button';
import { EmptyCurve } from '@/components/ui/drawings';
import { inputStyle } from '@/components/ui/field';
import { Panel, Screen } from '@/components/ui/screen';
import { ProjectPage } from '@/features/projects/project-page';
import { api, messageOf } from '@/lib/api';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';
import { KernelTable } from './kernel-table';
import { SpectrumPlot } from './spectrum-plot';

export function LabScreen({ projectId }: { readonly projectId: string }) {
  return (
    <ProjectPage projectId={projectId} atLeast="engineer">
      {(project) => <Lab project={project} />}
    </ProjectPage>
  );
}

/** The kernels of this project’s own model, beside each other on a sample of its own items. */
function Lab({ project }: { readonly project: Project }) {
  const [asked, setAsked] = useState<{ readonly items: number; readonly seed: number | null }>({
    items: 100,
    seed: null,
  });
  const params = { projectId: project.id };
  const query = { items: asked.items, ...(asked.seed === null ? {} : { seed: asked.seed }) };
  const { data, error, isValidating } = useSWR(
    ['lab', project.id, asked.items, asked.seed],
    () => api.getLab({ params, query }),
    { revalidateOnFocus: false, keepPreviousData: true },
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const seed = String(given.get('seed')).trim();
    setAsked({ items: Number(given.get('items')), seed: seed === '' ? null : Number(seed) });
  };
  return (
    <Screen
      title="NTK laboratory"
      lead="The exact kernel of this project’s model, and what the approximations that it works with cost and lose."
      calls={[{ name: 'getLab', params, query }]}
    >
      <form onSubmit={submit} className="mb-6 flex flex-wrap items-end gap-3">
        <label className="text-sm font-medium">
          Items
          <input
            name="items"
            type="number"
            min={16}
            max={200}
            required
            defaultValue={asked.items}
            className={cn(inputStyle, 'mt-1.5 w-28')}
          />
        </label>
        <label className="text-sm font-medium">
          Seed
          <input
            name="seed"
            type="number"
            min={0}
            max={2_147_483_647}
            placeholder="the round’s"
            className={cn(inputStyle, 'mt-1.5 w-36')}
          />
        </label>
        <button type="submit" disabled={isValidating} className={cn(buttonStyle(), 'h-10')}>
          {isValidating ? 'Measuring …' : 'Measure'}
        </button>
      </form>
      {data === undefined ? (
        error === undefined ? (
          <section aria-busy="true" aria-label="Measuring" className="h-96 rounded-lg shimmer" />
        ) : (
          <Blank drawing={<EmptyCurve />} title="Nothing was measured">
            <p>{messageOf(error)}</p>
          </Blank>
        )
      ) : (
        <Report report={data} numClasses={project.classes.length} />
      )}
    </Screen>
  );
}

function Report({ report, numClasses }: { readonly report: LabReport; readonly numClasses: number }) {
  const { kernels, sample, model, reason } = report;
  if (kernels === null || sample === null) {
    return (
      <Blank drawing={<EmptyCurve />} title="Nothing to compare yet">
        <p>{reason}</p>
      </Blank>
    );
  }
  return (
    <div className="space-y-6" data-testid="lab">
      <p className="max-w-3xl text-sm text-ink-soft tabular">
        {plural(sample.numItems, 'item')} drawn with seed {sample.seed}: {sample.numTrain} labeled to learn
        from, {sample.numTest} {sample.testedOn === 'holdout' ? 'held out' : 'labeled'} to compare on
        {model === null ? '' : `, by model version ${model.version}`}.
        {sample.bound !== null && ` Fewer than asked for: ${sample.bound}.`}
      </p>
      <Panel
        title="Kernels"
        aside={`${kernels.isBalanced ? 'balanced layers, ' : ''}sketch of ${kernels.sketchDimension} features`}
      >
        <KernelTable kernels={kernels} />
      </Panel>
      <Panel title="Spectrum" aside="the largest eigenvalues, by the largest">
        <SpectrumPlot kernels={kernels} numClasses={numClasses} />
      </Panel>
    </div>
  );
}
