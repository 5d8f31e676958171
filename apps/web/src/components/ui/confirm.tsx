'use client';

import type { ReactNode } from 'react';
import { useAct } from '@/lib/use-act';
import { Button } from './button';
import { Dialog } from './dialog';
import { Problem } from './problem';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will happen, and what will not. */
  readonly children: ReactNode;
  /** A verb: what the button does. */
  readonly action: string;
  readonly isHarmless?: boolean;
  readonly onConfirm: () => Promise<unknown>;
}

/** Asks before something is done that others will feel. */
export function Confirm({ isOpen, onClose, title, children, action, isHarmless, onConfirm }: Props) {
  const act = useAct();
  const close = () => {
    act.forget();
    onClose();
  };
  return (
    <Dialog isOpen={isOpen} onClose={close} title={title} description={children}>
      <div className="space-y-4">
        <Problem>{act.error}</Problem>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={close}>
            Not now
          </Button>
          <Button
            look={isHarmless ? 'primary' : 'danger'}
            disabled={act.isBusy}
            onClick={() => void act.run(onConfirm).then((isDone) => isDone && close())}
          >
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
