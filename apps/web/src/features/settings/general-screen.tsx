'use client';

import { isApiError } from '@tangent/client';
import type { Project } from '@tangent/contracts';
import { type FormEvent, useState } from 'react';
import useSWR, { useSWRConfig } from 'swr';
import { SectionHead } from '@/components/shell/section-nav';
import { toast } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Loaded } from '@/components/ui/loaded';
import { Problem } from '@/components/ui/problem';
import { api } from '@/lib/api';
import { useAct } from '@/lib/use-act';
import { settingsOf } from './form-settings';
import { InstructionsField } from './instructions-field';
import { SettingsFields } from './settings-fields';

/** Name, instructions and how a project works, as they may be changed at any time. */
export function GeneralScreen({ projectId }: { readonly projectId: string }) {
  const loaded = useSWR(
    ['project-to-change', projectId],
    () => api.getProjectWithEtag({ params: { projectId } }),
    // Reading it again behind the back of somebody who types would take away what she has typed.
    { revalidateOnFocus: false, revalidateOnReconnect: false, revalidateIfStale: false },
  );
  return (
    <>
      <SectionHead title="General">
        They hold for what comes: the next round, the next item that is handed out. Labels stay as they are.
      </SectionHead>
      <Loaded of={loaded} what="The settings" className="h-96">
        {({ project, etag }) => (
          <Form key={etag} project={project} etag={etag} onChanged={() => loaded.mutate()} />
        )}
      </Loaded>
    </>
  );
}

interface Props {
  readonly project: Project;
  readonly etag: string | null;
  readonly onChanged: () => Promise<unknown>;
}

function Form({ project, etag, onChanged }: Props) {
  const act = useAct();
  const { mutate } = useSWRConfig();
  const [isOutdated, setIsOutdated] = useState(false);
  const params = { projectId: project.id };

  async function save(given: FormData) {
    try {
      const changed = await api.updateProject(
        { params, body: { name: String(given.get('name')), settings: settingsOf(given) } },
        etag === null ? {} : { ifMatch: etag },
      );
      void mutate(['project', project.id], changed, { revalidate: false });
      void mutate(['projects']);
      await onChanged();
      toast('The settings are saved.');
    } catch (error) {
      setIsOutdated(isApiError(error, 'settings-changed'));
      throw error;
    }
  }

  return (
    <form
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        void act.run(() => save(given));
      }}
      className="max-w-2xl space-y-6"
    >
      <Field
        id="name"
        name="name"
        label="Name"
        required
        maxLength={200}
        defaultValue={project.name}
        autoComplete="off"
      />
      <InstructionsField defaultValue={project.settings.instructions} />
      <SettingsFields settings={project.settings} />
      {isOutdated ? (
        <div role="alert" className="rounded-md bg-danger-soft px-4 py-3 text-sm text-danger">
          <p>
            Somebody else has changed these settings since you opened them, so yours were not saved. Look at
            theirs, and make your change again.
          </p>
          <Button size="sm" className="mt-2.5" onClick={() => void onChanged()}>
            Show what they are now
          </Button>
        </div>
      ) : (
        <Problem>{act.error}</Problem>
      )}
      <div className="flex justify-end border-t border-line pt-5">
        <Button type="submit" look="primary" disabled={act.isBusy}>
          {act.isBusy ? 'Saving …' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
