'use client';

import { isApiError } from '@tangent/client';
import type { ProjectType } from '@tangent/contracts';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useSWRConfig } from 'swr';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Screen } from '@/components/ui/screen';
import { settingsAtFirst, settingsOf } from '@/features/settings/form-settings';
import { InstructionsField } from '@/features/settings/instructions-field';
import { SettingsFields } from '@/features/settings/settings-fields';
import { api, messageOf, noteError } from '@/lib/api';
import { ClassEditor } from './class-editor';
import { type ClassRow, classesOf, faultOf, newRow } from './class-rows';
import { KindChoice } from './kind-choice';

/** A refusal in sentences: what it says, and the faults that it names. */
const sentencesOf = (error: unknown): readonly string[] => [
  messageOf(error),
  ...(isApiError(error) ? error.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`) : []),
];

/** A name, what the items are, and the classes: more a project does not need. Next comes its import. */
export function CreateProjectScreen() {
  const router = useRouter();
  const { mutate } = useSWRConfig();
  const [type, setType] = useState<ProjectType>('image');
  const [rows, setRows] = useState<readonly ClassRow[]>(() => [newRow(), newRow()]);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [isBusy, setIsBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const classes = classesOf(rows);
    const fault = faultOf(classes);
    setFaults(fault === null ? [] : [fault]);
    if (fault !== null) return;
    setIsBusy(true);
    try {
      const project = await api.createProject({
        body: { name: String(given.get('name')), type, classes, settings: settingsOf(given) },
      });
      void mutate(['projects']);
      router.push(`/projects/${project.id}/import`);
    } catch (error) {
      noteError(error);
      setFaults(sentencesOf(error));
      setIsBusy(false);
    }
  }

  return (
    <Screen title="New project" lead="Then come its items." className="max-w-3xl">
      <form onSubmit={submit} className="space-y-7">
        <Field id="name" name="name" label="Name" required maxLength={200} autoFocus autoComplete="off" />
        <KindChoice value={type} onChange={setType} />
        <ClassEditor rows={rows} onChange={setRows} />
        <InstructionsField />
        <details className="rounded-md border border-line bg-surface">
          <summary className="px-4 py-3 text-sm font-medium">
            Settings{' '}
            <span className="font-normal text-ink-faint">
              – the defaults suit most projects, and all can be changed later
            </span>
          </summary>
          <div className="border-t border-line p-4">
            <SettingsFields settings={settingsAtFirst} />
          </div>
        </details>
        {faults.length > 0 && (
          <div role="alert" className="rounded-md bg-danger-soft px-4 py-3 text-sm text-danger">
            {faults.map((fault) => (
              <p key={fault}>{fault}</p>
            ))}
          </div>
        )}
        <div className="flex justify-end gap-2 border-t border-line pt-5">
          <Button look="quiet" onClick={() => router.push('/')}>
            Not now
          </Button>
          <Button type="submit" look="primary" disabled={isBusy}>
            {isBusy ? 'Creating …' : 'Create, and import items'}
          </Button>
        </div>
      </form>
    </Screen>
  );
}
