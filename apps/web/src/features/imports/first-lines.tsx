'use client';

import useSWR from 'swr';
import { ScrollArea } from '@/components/ui/scroll-area';

const readBytes = 16_384;
const numLines = 8;
const isText = (name: string): boolean => /\.(jsonl|ndjson|json|csv|tsv|txt)$/i.test(name);

/** The first lines of a text file, read in the browser. Nothing for archives and matrices. */
export function FirstLines({
  file,
  badLines,
}: {
  readonly file: File;
  readonly badLines: ReadonlySet<number>;
}) {
  const { data } = useSWR(
    isText(file.name) ? ['first-lines', file.name, file.size, file.lastModified] : null,
    async () => (await file.slice(0, readBytes).text()).split(/\r?\n/).slice(0, numLines),
    { revalidateOnFocus: false },
  );
  if (data === undefined) return null;
  return (
    <section aria-labelledby="lines-title" className="mt-8">
      <h2 id="lines-title" className="eyebrow mb-2">
        The first lines
      </h2>
      <ScrollArea label="First lines of the file" className="overflow-x-auto rounded-md bg-sunken py-3">
        <ol className="w-max min-w-full font-mono text-xs leading-5">
          {data.map((line, index) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
              key={index}
              className={badLines.has(index + 1) ? 'bg-danger-soft text-danger' : 'text-ink-soft'}
            >
              <span className="mr-4 inline-block w-8 text-right text-ink-faint select-none">{index + 1}</span>
              <span className="whitespace-pre">{line.slice(0, 400)}</span>
              {badLines.has(index + 1) && <span className="sr-only"> cannot be taken</span>}
            </li>
          ))}
        </ol>
      </ScrollArea>
    </section>
  );
}
