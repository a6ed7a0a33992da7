import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { AccountDocument } from '../../api/documents.ts';
import { get } from '../api/client.ts';
import { useConnected, useDeskEvents } from '../api/live.ts';
import { Badge } from '../parts/badge.tsx';
import { money, words } from '../parts/format.ts';
import { Icon } from './icons.tsx';
import { linkTo, useLocation } from './router.ts';
import { setTheme, useDark } from './theme.ts';

export const useAccount = () =>
  useQuery({ queryKey: ['account'], queryFn: () => get<AccountDocument>('/api/account'), refetchInterval: 15_000 });

const places = [
  { to: '/', name: 'Desk', icon: 'desk' },
  { to: '/portfolio', name: 'Portfolio', icon: 'portfolio' },
  { to: '/decisions', name: 'Decisions', icon: 'decisions' },
  { to: '/settings', name: 'Settings', icon: 'settings' },
] as const;

export function Layout({ children }: { children: ReactNode }) {
  const path = useLocation().split('?')[0]!;
  const dark = useDark();
  const account = useAccount().data;
  const connected = useConnected();
  useDeskEvents(true);
  const here = (to: string) => (to === '/' ? path === '/' : path.startsWith(to));

  return (
    <div className="flex min-h-dvh flex-col pb-[calc(4rem+env(safe-area-inset-bottom))] md:pb-0">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:left-3 focus:top-3 focus:z-50 focus:rounded-lg focus:bg-surface focus:px-4 focus:py-2"
      >
        Skip to the page
      </a>
      <header className="sticky top-0 z-30 border-b border-line bg-surface/95 backdrop-blur">
        <div className="mx-auto flex h-14 max-w-[1360px] items-center gap-3 px-4 md:gap-6 md:px-6">
          <a {...linkTo('/')} className="flex items-center gap-2 rounded-md font-semibold tracking-tight">
            <img src="/icon.svg" alt="" width={26} height={26} />
            Conclave
          </a>
          <Badge tone="accent" title="Paper money only: nothing here reaches a real market.">
            PAPER
          </Badge>
          <nav aria-label="Main" className="hidden gap-1 md:flex">
            {places.map(({ to, name }) => (
              <a
                key={to}
                {...linkTo(to)}
                aria-current={here(to) ? 'page' : undefined}
                className={`rounded-lg px-3 py-1.5 text-[14px] font-medium ${here(to) ? 'bg-raised text-ink' : 'text-faint hover:text-ink'}`}
              >
                {name}
              </a>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-2 md:gap-4">
            {account && account.tradingState !== 'active' && (
              <a {...linkTo('/settings')}>
                <Badge tone="down" title={account.tradingStateReason}>
                  {words(account.tradingState).toUpperCase()}
                </Badge>
              </a>
            )}
            <a
              {...linkTo('/portfolio')}
              className="tabular hidden min-w-28 text-right text-[14px] font-semibold sm:block"
              title="Equity: cash and positions at their marks"
            >
              {account ? money(account.equity, account.currency) : ' '}
            </a>
            <span
              role="img"
              aria-label={connected ? 'Live prices are connected' : 'Live prices are reconnecting'}
              title={connected ? 'Live' : 'Reconnecting…'}
              className={`size-2 rounded-full ${connected ? 'bg-up' : 'pulse-soft bg-warn'}`}
            />
            <button
              type="button"
              onClick={() => setTheme(dark ? 'light' : 'dark')}
              aria-label={dark ? 'Use the light theme' : 'Use the dark theme'}
              className="grid size-9 place-items-center rounded-lg text-soft hover:bg-raised"
            >
              <Icon name={dark ? 'sun' : 'moon'} />
            </button>
          </div>
        </div>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-[1360px] flex-1 px-4 py-5 outline-none md:px-6 md:py-6"
      >
        {children}
      </main>
      <footer className="mx-auto hidden w-full max-w-[1360px] px-6 pb-5 text-[12px] text-faint md:block">
        Paper trading. Not investment advice. All times are UTC.
      </footer>
      <nav
        aria-label="Main"
        className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-4 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {places.map(({ to, name, icon }) => (
          <a
            key={to}
            {...linkTo(to)}
            aria-current={here(to) ? 'page' : undefined}
            className={`flex h-16 flex-col items-center justify-center gap-1 text-[11.5px] font-medium ${here(to) ? 'text-accent' : 'text-faint'}`}
          >
            <Icon name={icon} />
            {name}
          </a>
        ))}
      </nav>
    </div>
  );
}
