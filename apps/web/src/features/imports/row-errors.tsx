'use client';

import type { Operation } from '@tangent/contracts';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ScrollArea } from '@/components/ui/scroll-area';
import { cn } from '@/lib/cn';
import { formatCount, plural } from '@/lib/format';
import { codesOf, placeOf } from './operation-facts';

const numShown = 50;

/** The rows that cannot be taken, each with its line; a click on a code shows only those. */
export function RowErrors({ operation }: { readonly operation: Operation }) {
  const [code, setCode] = useState<string | null>(null);
  const [limit, setLimit] = useState(numShown);
  const { errors, counts } = operation;
  if (errors.length === 0) return null;
  const shown = errors.filter((error) => code === null || error.code === code);
  return (
    <section aria-labelledby="errors-title" className="mt-8">
      <h2 id="errors-title" className="text-lg">
        Rows that cannot be taken
      </h2>
      <p className="mt-1 text-sm text-ink-soft">
        The others can. Correct these and import the file again: what is there already is passed over.
        {counts.failed > errors.length && ` The first ${formatCount(errors.length)} are listed.`}
      </p>
      <fieldset aria-label="Kinds of errors" className="mt-4 mb-3 flex flex-wrap gap-1.5">
        {codesOf(errors).map(([each, count]) => (
          <button
            key={each}
            type="button"
            aria-pressed={code === each}
            onClick={() => setCode(code === each ? null : each)}
            className={cn(
              'rounded-full border px-2.5 py-0.5 text-sm tabular',
              code === each
                ? 'border-live bg-live-soft text-live-strong'
                : 'border-line-strong/60 text-ink-soft hover:bg-hover',
            )}
          >
            {each} {formatCount(count)}
          </button>
        ))}
      </fieldset>
      <ScrollArea label="Errors by row" className="max-h-96 overflow-y-auto border-y border-line">
        <table className="w-full text-sm">
          <thead className="sr-only">
            <tr>
              <th scope="col">Place</th>
              <th scope="col">What is the matter</th>
            </tr>
          </thead>
          <tbody data-testid="row-errors">
            {shown.slice(0, limit).map((error, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one row can have two errors of one kind
              <tr key={index} className="border-b border-line last:border-0">
                <th
                  scope="row"
                  className="w-px py-2 pr-5 text-left align-top font-mono text-xs leading-5 font-normal whitespace-nowrap text-ink-soft max-sm:max-w-32 max-sm:whitespace-normal"
                >
                  {placeOf(error)}
                </th>
                <td className="py-2 break-words">{error.detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {shown.length > limit && (
        <Button size="sm" className="mt-3" onClick={() => setLimit(shown.length)}>
          Show {plural(shown.length - limit, 'more row', 'more rows')}
        </Button>
      )}
    </section>
  );
}
