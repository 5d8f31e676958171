import { Store } from '@/lib/external-store';
import { themeKey as key } from './theme-script';

export type Theme = 'system' | 'light' | 'dark';

export const theme = new Store<Theme>('system');

export function readTheme(): void {
  const kept = document.documentElement.dataset.theme;
  theme.set(kept === 'light' || kept === 'dark' ? kept : 'system');
}

export function chooseTheme(next: Theme): void {
  theme.set(next);
  if (next === 'system') {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(key);
  } else {
    document.documentElement.dataset.theme = next;
    localStorage.setItem(key, next);
  }
}
