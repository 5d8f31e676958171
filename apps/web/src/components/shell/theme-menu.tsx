'use client';

import { Check, Monitor, Moon, Sun } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';
import { useStore } from '@/lib/external-store';
import { chooseTheme, readTheme, type Theme, theme } from './theme';

const choices: readonly { readonly value: Theme; readonly name: string; readonly Icon: typeof Sun }[] = [
  { value: 'light', name: 'Light', Icon: Sun },
  { value: 'dark', name: 'Dark', Icon: Moon },
  { value: 'system', name: 'Like the system', Icon: Monitor },
];

export function ThemeMenu() {
  const chosen = useStore(theme);
  useEffect(readTheme, []);
  const { Icon } = choices.find((choice) => choice.value === chosen) ?? choices[2]!;
  return (
    <Menu
      align="end"
      className="min-w-44"
      trigger={
        <Button look="quiet" size="icon" aria-label="Theme">
          <Icon />
        </Button>
      }
    >
      {choices.map(({ value, name, Icon: Each }) => (
        <MenuItem key={value} onSelect={() => chooseTheme(value)}>
          <Each />
          <span className="flex-1">{name}</span>
          {value === chosen && <Check aria-label="chosen" />}
        </MenuItem>
      ))}
    </Menu>
  );
}
