'use client';

import { isApiError } from '@tangent/client';
import type { Project, Round, RoundRequest } from '@tangent/contracts';
import { type FormEvent, useState } from 'react';
import useSWR from 'swr';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { SelectField } from '@/components/ui/select-field';
import { kernelOf } from '@/features/settings/form-settings';
import { KernelFields } from '@/features/settings/kernel-fields';
import { api, messageOf, noteError } from '@/lib/api';
import { Estimate } from './estimate';
import { StrategyChoice } from './strategy-choice';

interface Props {
  readonly project: Project;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onStarted: (round: Round) => void;
}

export function StartRoundDialog({ project, isOpen, onClose, onStarted }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Start a round"
      description="Trains a model on all labels, and ranks every unlabeled item anew. Annotators keep the ranking they have until it is done."
      className="top-[6vh] max-h-[88vh] w-[min(40rem,calc(100vw-2rem))]"
    >
      <StartRoundForm project={project} onClose={onClose} onStarted={onStarted} />
    </Dialog>
  );
}

type MoreSettings = Pick<RoundRequest, 'kernel'> & Partial<Pick<RoundRequest, 'norm'>>;
/** Strategies that measure a change of outputs, in one of two norms. */
const normed: ReadonlySet<string> = new Set(['mlmoc', 'emoc']);
const moreOf = (given: FormData): MoreSettings => {
  const norm = given.get('norm');
  return { kernel: kernelOf(given), ...(norm === 'l1' || norm === 'l2' ? { norm } : {}) };
};

function StartRoundForm({ project, onClose, onStarted }: Omit<Props, 'isOpen'>) {
  const [strategy, setStrategy] = useState(
    // Without labels only the strategies for the start can run.
    project.counts.labeled === 0 ? 'typiclust' : project.settings.strategy,
  );
  const [more, setMore] = useState<MoreSettings>({ kernel: project.settings.kernel });
  const [batchSize, setBatchSize] = useState(String(project.settings.batchSize));
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const size = Number(batchSize);
  const isSize = Number.isInteger(size) && size >= 1 && size <= 1000;
  const { kernel, norm } = more;
  const chosen = {
    strategy,
    batchSize: size,
    kernel,
    // What was chosen for a strategy that has norms is not asked of one that has none.
    ...(normed.has(strategy) && norm !== undefined && { norm }),
  };
  const estimate = useSWR(
    isSize ? ['estimate', project.id, JSON.stringify(chosen)] : null,
    () =>
      api.estimateRound({
        params: { projectId: project.id },
        body: chosen,
      }),
    { keepPreviousData: true },
  );

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const seed = String(new FormData(event.currentTarget).get('seed')).trim();
    setIsBusy(true);
    setError(null);
    try {
      const round = await api.createRound({
        params: { projectId: project.id },
        body: { ...chosen, ...(seed === '' ? {} : { seed: Number(seed) }) },
      });
      onStarted(round);
      onClose();
    } catch (thrown) {
      noteError(thrown);
      setError(isApiError(thrown) ? thrown.message : messageOf(thrown));
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <form
      onSubmit={submit}
      onChange={(event) => setMore(moreOf(new FormData(event.currentTarget)))}
      className="space-y-4"
    >
      <StrategyChoice value={strategy} onChange={setStrategy} />
      <div className="grid grid-cols-2 gap-4">
        <Field
          id="batchSize"
          name="batchSize"
          label="Batch size"
          type="number"
          min={1}
          max={1000}
          required
          value={batchSize}
          onChange={(event) => setBatchSize(event.target.value)}
          hint="Items picked together"
        />
        <Field
          id="seed"
          name="seed"
          label="Seed"
          type="number"
          min={0}
          max={2_147_483_647}
          placeholder="drawn"
          hint="The same seed, the same round"
        />
      </div>
      <details className="rounded-md border border-line-strong/60">
        <summary className="px-3.5 py-2.5 text-sm font-medium">
          Kernel{' '}
          <span className="font-normal text-ink-faint">– that of the project, unless changed here</span>
        </summary>
        <div className="grid gap-4 border-t border-line p-3.5 sm:grid-cols-2">
          <KernelFields kernel={project.settings.kernel} />
          {normed.has(strategy) && (
            <SelectField id="norm" name="norm" label="Change of outputs" defaultValue="l1">
              <option value="l1">L1: the sum of all changes</option>
              <option value="l2">L2: large changes count more</option>
            </SelectField>
          )}
        </div>
      </details>
      <Estimate estimate={estimate.data} error={estimate.error} />
      <Problem>{error}</Problem>
      <div className="flex justify-end gap-2 pt-1">
        <Button look="quiet" onClick={onClose}>
          Not now
        </Button>
        <Button type="submit" look="primary" disabled={isBusy || estimate.data?.obstacle != null}>
          {isBusy ? 'Starting …' : 'Start'}
        </Button>
      </div>
    </form>
  );
}
