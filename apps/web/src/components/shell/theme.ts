import { Store } from '@/lib/external-store';

export type Theme = 'system' | 'light' | 'dark';
const key = 'tangent.theme';

/** Runs before the first paint, so that a chosen theme does not flash. */
export const themeScript = `try{const t=localStorage.getItem('${key}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){console.warn('the theme cannot be read',e)}`;

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
