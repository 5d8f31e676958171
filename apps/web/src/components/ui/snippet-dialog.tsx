'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { cn } from '@/lib/cn';
import { type ApiCall, snippetsOf } from '@/lib/snippets';
import { announce } from './announcer';
import { Button } from './button';
import { Dialog } from './dialog';
import { ScrollArea } from './scroll-area';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly calls: readonly ApiCall[];
}

/** The requests behind the screen, ready to be run elsewhere. */
export function SnippetDialog({ isOpen, onClose, calls }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="The same over the API"
      description="Exactly what is on screen. It needs an API token in TANGENT_TOKEN."
      className="w-[min(44rem,calc(100vw-2rem))]"
    >
      <Snippets calls={calls} />
    </Dialog>
  );
}

function Snippets({ calls }: { readonly calls: readonly ApiCall[] }) {
  const snippets = snippetsOf(calls, `${window.location.origin}/api`);
  const [language, setLanguage] = useState(snippets[0]!.language);
  const [isCopied, setIsCopied] = useState(false);
  const { code } = snippets.find((snippet) => snippet.language === language)!;
  const copy = async () => {
    await navigator.clipboard.writeText(code);
    setIsCopied(true);
    announce('Copied');
  };
  return (
    <>
      <fieldset aria-label="Language" className="mb-3 flex flex-wrap items-center gap-1.5">
        {snippets.map((snippet) => (
          <button
            key={snippet.language}
            type="button"
            aria-pressed={snippet.language === language}
            onClick={() => {
              setLanguage(snippet.language);
              setIsCopied(false);
            }}
            className={cn(
              'rounded-full border px-3 py-0.5 text-sm',
              snippet.language === language
                ? 'border-live bg-live-soft text-live-strong'
                : 'border-line-strong/60 text-ink-soft hover:bg-hover',
            )}
          >
            {snippet.language}
          </button>
        ))}
        <Button size="sm" look="quiet" className="ml-auto" onClick={() => void copy()}>
          {isCopied ? <Check /> : <Copy />}
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </fieldset>
      <ScrollArea label={`${language} code`} className="overflow-x-auto rounded-md bg-sunken p-4">
        <pre data-testid="snippet" className="font-mono text-xs leading-5">
          {code}
        </pre>
      </ScrollArea>
    </>
  );
}
