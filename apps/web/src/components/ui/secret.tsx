'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { announce, toast } from './announcer';
import { Button } from './button';

interface Props {
  readonly label: string;
  readonly value: string;
}

/** A value to take along: it is selected at a click, and copied by a button. */
export function Secret({ label, value }: Props) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setIsCopied(true);
      announce(`${label} copied`);
    } catch {
      // Pages that came by plain http from another machine may not write to the clipboard.
      toast('This browser does not let the page copy. Select the text, and copy it by hand.', 'danger');
    }
  };
  return (
    <div>
      <p className="mb-1.5 text-sm font-medium">{label}</p>
      <div className="flex items-stretch gap-2">
        <code
          data-testid="secret"
          className="min-w-0 flex-1 rounded-md bg-sunken px-3 py-2 font-mono text-sm break-all select-all"
        >
          {value}
        </code>
        <Button onClick={() => void copy()} aria-label={`Copy: ${label}`} className="h-auto">
          {isCopied ? <Check className="text-live" /> : <Copy />}
          <span className="max-sm:sr-only">{isCopied ? 'Copied' : 'Copy'}</span>
        </Button>
      </div>
    </div>
  );
}
