'use client';

import type { ProjectType } from '@tangent/contracts';
import { FolderOpen, Upload } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { Button, buttonStyle } from '@/components/ui/button';
import { inputStyle } from '@/components/ui/field';
import { cn } from '@/lib/cn';

/** What is imported: a file of this computer, or a path on the server. */
export type Source =
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'server'; readonly path: string };

export const nameOf = (source: Source): string => (source.kind === 'file' ? source.file.name : source.path);

const formats: Readonly<Record<ProjectType, string>> = {
  image:
    'A ZIP of PNG, JPEG, WebP or GIF. A folder of it that is called like a class labels what lies in it.',
  text: 'JSONL, JSON, CSV, Label Studio or doccano: a column “text”, and “label” where there is one.',
  vector: 'NPY, CSV or JSONL: a row of numbers an item, all of one length.',
};
const accepted: Readonly<Record<ProjectType, string>> = {
  image: '.zip,.jsonl,.json,.csv',
  text: '.jsonl,.ndjson,.json,.csv,.tsv,.txt',
  vector: '.npy,.jsonl,.ndjson,.json,.csv,.tsv,.txt',
};

interface Props {
  readonly type: ProjectType;
  readonly isBusy: boolean;
  readonly onPick: (source: Source) => void;
}

/** Drop a file, choose one, or name a path on the server. */
export function SourcePicker({ type, isBusy, onPick }: Props) {
  const [isOver, setIsOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined && !isBusy) onPick({ kind: 'file', file });
  };
  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the button in it is for everybody */}
      <div
        data-testid="drop"
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setIsOver(false);
          take(event.dataTransfer.files);
        }}
        className={cn(
          'flex flex-col items-center rounded-lg border border-dashed px-6 py-14 text-center transition-colors',
          isOver ? 'border-live bg-live-soft' : 'border-line-strong bg-surface',
        )}
      >
        <Upload aria-hidden="true" className="mb-4 size-7 text-ink-faint" />
        <p className="text-lg font-medium tracking-tight">Drop a file here</p>
        <p className="mt-1.5 max-w-md text-sm text-ink-soft">{formats[type]}</p>
        {/* The input is reached through its button: a file input cannot be drawn like the rest. */}
        <input
          ref={input}
          type="file"
          tabIndex={-1}
          aria-label="File to import"
          accept={accepted[type]}
          className="sr-only"
          onChange={(event) => {
            take(event.target.files);
            event.target.value = '';
          }}
        />
        <Button look="primary" className="mt-5" disabled={isBusy} onClick={() => input.current?.click()}>
          Choose a file
        </Button>
        <p className="mt-4 text-sm text-ink-faint">It is only looked at first. Nothing is written yet.</p>
      </div>
      <ServerPath isBusy={isBusy} onPick={onPick} />
    </div>
  );
}

function ServerPath({ isBusy, onPick }: Pick<Props, 'isBusy' | 'onPick'>) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const path = String(new FormData(event.currentTarget).get('path')).trim();
    if (path !== '') onPick({ kind: 'server', path });
  };
  return (
    <details className="mt-4 rounded-md border border-line">
      <summary className="px-4 py-3 text-sm font-medium">
        From the server <span className="font-normal text-ink-faint">– a file, or a folder of images</span>
      </summary>
      <form onSubmit={submit} className="border-t border-line p-4">
        <label htmlFor="server-path" className="mb-1.5 block text-sm font-medium">
          Path
        </label>
        <div className="flex gap-2">
          <input
            id="server-path"
            name="path"
            required
            maxLength={4000}
            placeholder="images/2026"
            className={cn(inputStyle, 'font-mono text-sm')}
            aria-describedby="server-path-note"
          />
          <button type="submit" disabled={isBusy} className={cn(buttonStyle(), 'h-10')}>
            <FolderOpen aria-hidden="true" />
            Look at it
          </button>
        </div>
        <p id="server-path-note" className="mt-1.5 text-sm text-ink-faint">
          Below the folder that the server may import from (TANGENT_IMPORT_ROOT). It is read where it lies.
        </p>
      </form>
    </details>
  );
}
