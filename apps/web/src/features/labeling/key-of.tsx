import { Kbd } from '@/components/ui/kbd';
import type { Command, KeyMap } from './core/key-map';

interface Props {
  readonly keys: KeyMap;
  readonly command: Command;
  readonly className?: string;
}

/** The key of a command, as long as it has one. */
export function KeyOf({ keys, command, className }: Props) {
  const key = keys.commands.get(command);
  return key === undefined ? null : <Kbd className={className ?? ''}>{key.toUpperCase()}</Kbd>;
}
