'use client';

import { isApiError } from '@tangent/client';
import type { Project, Round, StrategyName } from '@tangent/contracts';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, inputStyle } from '@/components/ui/field';
import { api, messageOf, noteError } from '@/lib/api';
import { strategyTitles } from './strategies';

interface Props {
  readonly project: Project;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onStarted: (round: Round) => void;
}

export function StartRoundDialog({ project, isOpen, onClose, onStarted }: Props) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    setIsBusy(true);
    setError(null);
    try {
      const seed = String(given.get('seed')).trim();
      const round = await api.createRound({
        params: { projectId: project.id },
        body: {
          strategy: given.get('strategy') as StrategyName,
          batchSize: Number(given.get('batchSize')),
          ...(seed === '' ? {} : { seed: Number(seed) }),
        },
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
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Start a round"
      description="Trains a model on all labels, and ranks every unlabeled item anew. Annotators keep the ranking they have until it is done."
    >
      <form onSubmit={submit} className="space-y-4">
        <div>
          <label htmlFor="strategy" className="mb-1.5 block text-sm font-medium">
            Strategy
          </label>
          <select
            id="strategy"
            name="strategy"
            defaultValue={project.settings.strategy}
            className={inputStyle}
          >
            {Object.entries(strategyTitles).map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </div>
        <div className="grid grid-cols-2 gap-4">
          <Field
            id="batchSize"
            name="batchSize"
            label="Batch size"
            type="number"
            min={1}
            max={1000}
            required
            defaultValue={project.settings.batchSize}
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
        {error !== null && (
          <p role="alert" className="rounded-md bg-danger-soft px-3.5 py-2.5 text-sm text-danger">
            {error}
          </p>
        )}
        <div className="flex justify-end gap-2 pt-1">
          <Button look="quiet" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" look="primary" disabled={isBusy}>
            {isBusy ? 'Starting …' : 'Start'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
