'use client';

import { isApiError } from '@tangent/client';
import type { Operation, Project } from '@tangent/contracts';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { announce } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { Meter } from '@/components/ui/meter';
import { Notice } from '@/components/ui/notice';
import { api, messageOf, noteError } from '@/lib/api';
import { formatBytes, formatCount, plural } from '@/lib/format';
import { useProject } from '@/lib/use-project';
import { Counts } from './counts';
import { FirstLines } from './first-lines';
import { Imported } from './imported';
import { failureOf } from './operation-facts';
import { RowErrors } from './row-errors';
import { nameOf, type Source, SourcePicker } from './source-picker';
import { useOperation } from './use-operation';

/**
 * Choose, look, import. Which import is shown stands in the address, so that a reload goes on with it; the file itself
 * is in the browser's hands only until then.
 */
export function ImportFlow({ project }: { readonly project: Project }) {
  const router = useRouter();
  const pathname = usePathname();
  const query = useSearchParams();
  const operationId = query.get('operation');
  const sourceName = query.get('source');
  const numExpected = Number(query.get('rows') ?? 0);
  const { data: operation, error: lost, mutate } = useOperation(operationId);
  const { mutate: countAgain } = useProject(project.id);
  const [source, setSource] = useState<Source | null>(() =>
    // A path on the server can be named again after a reload; a file cannot.
    query.get('from') === 'server' && sourceName !== null ? { kind: 'server', path: sourceName } : null,
  );
  const [isSending, setIsSending] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const sending = useRef<AbortController | null>(null);

  const show = (next: Operation | null, of: Source | null, rows = 0) => {
    const search = new URLSearchParams();
    if (next !== null) search.set('operation', next.id);
    if (of !== null) search.set('source', nameOf(of));
    if (of?.kind === 'server') search.set('from', 'server');
    if (rows > 0) search.set('rows', String(rows));
    const text = search.toString();
    router.replace(text === '' ? pathname : `${pathname}?${text}`, { scroll: false });
  };

  async function send(from: Source, dryRun: boolean, rows = 0) {
    setSource(from);
    setIsSending(true);
    setRefusal(null);
    const controller = new AbortController();
    sending.current = controller;
    const call = { params: { projectId: project.id }, query: { dryRun } };
    try {
      const started =
        from.kind === 'file'
          ? await api.uploadImport(
              { ...call, file: from.file, fileName: from.file.name },
              { signal: controller.signal },
            )
          : await api.importFromServer({ ...call, path: from.path }, { signal: controller.signal });
      show(started, from, rows);
    } catch (error) {
      if (controller.signal.aborted) return;
      noteError(error);
      setRefusal(messageOf(error));
      announce(messageOf(error));
    } finally {
      setIsSending(false);
    }
  }

  const startOver = () => {
    sending.current?.abort();
    setSource(null);
    setRefusal(null);
    show(null, null);
  };

  async function cancel() {
    if (operationId === null) return;
    try {
      void mutate(await api.cancelOperation({ params: { operationId } }), { revalidate: false });
    } catch (error) {
      if (!isApiError(error, 'operation-ended')) setRefusal(messageOf(error));
      void mutate();
    }
  }

  const status = operation?.status;
  const isDone = status === 'done' && operation?.isDryRun === false;
  useEffect(() => {
    if (status === undefined || status === 'running') return;
    void countAgain();
    announce(status === 'done' ? 'The file has been read.' : 'The import has ended early.');
  }, [status, countAgain]);

  if (isSending) {
    return (
      <Working
        title={
          source?.kind === 'file'
            ? `Sending ${source.file.name}, ${formatBytes(source.file.size)}`
            : 'Looking …'
        }
        onStop={startOver}
      />
    );
  }
  if (operationId === null || (operation === undefined && lost !== undefined)) {
    return (
      <>
        {(refusal !== null || lost !== undefined) && (
          <Notice tone="danger" className="mb-5">
            {source !== null && refusal !== null && <b className="font-medium">{nameOf(source)}: </b>}
            {refusal ?? messageOf(lost)}
          </Notice>
        )}
        <SourcePicker type={project.type} isBusy={isSending} onPick={(picked) => void send(picked, true)} />
      </>
    );
  }
  if (operation === undefined) return <div aria-busy="true" className="h-56 rounded-lg shimmer" />;

  const name = source === null ? (sourceName ?? 'the file') : nameOf(source);
  if (operation.status === 'running') {
    const { read } = operation.counts;
    return (
      <Working
        title={operation.isDryRun ? `Looking at ${name}` : `Importing ${name}`}
        onStop={() => void cancel()}
        stopName={operation.isDryRun ? 'Stop looking' : 'Cancel the import'}
        done={read}
        total={numExpected}
      >
        <Counts operation={operation} />
      </Working>
    );
  }
  const failure = failureOf(operation);
  const badLines = new Set(operation.errors.flatMap(({ line }) => (line === undefined ? [] : [line])));
  return (
    <section aria-label="The import" data-testid="import" data-status={operation.status}>
      <p className="eyebrow mb-2">
        {operation.isDryRun ? 'Looked at, nothing written' : isDone ? 'Imported' : 'Ended early'}
      </p>
      <h2 className="mb-6 text-xl break-words">{name}</h2>
      {failure !== null && (
        <Notice tone={failure.code === 'cancelled' ? 'warn' : 'danger'} className="mb-6">
          {failure.detail}
        </Notice>
      )}
      <Counts operation={operation} />
      {refusal !== null && (
        <Notice tone="danger" className="mt-6">
          {refusal}
        </Notice>
      )}
      {operation.isDryRun && operation.status === 'done' && (
        <div className="mt-8 flex flex-wrap items-center gap-2 border-t border-line pt-6">
          {source === null ? (
            <p className="mr-2 text-ink-soft">
              The page was loaded anew: choose the file again to import it.
            </p>
          ) : (
            operation.counts.created > 0 && (
              <Button
                look="primary"
                autoFocus
                onClick={() => void send(source, false, operation.counts.read)}
              >
                Import {plural(operation.counts.created, 'item')}
              </Button>
            )
          )}
          <Button onClick={startOver}>
            {operation.counts.created === 0 ? 'Choose another file' : 'Another file'}
          </Button>
          {operation.counts.created === 0 && (
            <p className="text-ink-soft">
              {operation.counts.duplicates > 0
                ? 'Every row that can be taken is in the project already.'
                : 'No row can be taken as it is.'}
            </p>
          )}
        </div>
      )}
      {isDone && <Imported project={project} operation={operation} onAnother={startOver} />}
      {operation.status === 'failed' && (
        <div className="mt-8 flex gap-2 border-t border-line pt-6">
          {source !== null && !operation.isDryRun && (
            <Button look="primary" onClick={() => void send(source, true)}>
              Try again
            </Button>
          )}
          <Button onClick={startOver}>Choose a file</Button>
        </div>
      )}
      <RowErrors operation={operation} />
      {source?.kind === 'file' && operation.isDryRun && <FirstLines file={source.file} badLines={badLines} />}
    </section>
  );
}

interface WorkingProps {
  readonly title: string;
  readonly onStop: () => void;
  readonly stopName?: string;
  readonly done?: number;
  /** 0: nobody knows. */
  readonly total?: number;
  readonly children?: React.ReactNode;
}

function Working({ title, onStop, stopName = 'Stop', done = 0, total = 0, children }: WorkingProps) {
  return (
    <section aria-label="The import" data-testid="import" data-status="running">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="min-w-0 text-xl break-words">{title}</h2>
        <Button size="sm" look="danger" onClick={onStop}>
          {stopName}
        </Button>
      </div>
      <Meter
        label={title}
        value={done}
        max={Math.max(total, done, 1)}
        isIndeterminate={total === 0}
        {...(total > 0 ? { valueText: `${formatCount(done)} of ${formatCount(total)} rows` } : {})}
        className="mb-7 h-1.5"
      />
      {children}
    </section>
  );
}
