import { useSyncExternalStore } from 'react';

const KEY = 'conclave-theme';
export type Theme = 'system' | 'light' | 'dark';
const listeners = new Set<() => void>();
const preference = matchMedia('(prefers-color-scheme: dark)');

const chosen = (): Theme => (document.documentElement.dataset.theme as Theme | undefined) ?? 'system';
const tell = () => {
  for (const listener of listeners) listener();
};
preference.addEventListener('change', tell);

export function setTheme(theme: Theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the choice holds for this page.
  }
  tell();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useTheme = () => useSyncExternalStore(subscribe, chosen);
/** What is really shown. */
export const useDark = () =>
  useSyncExternalStore(subscribe, () => (chosen() === 'system' ? preference.matches : chosen() === 'dark'));
