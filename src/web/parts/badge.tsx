import type { ReactNode } from 'react';

const tones = {
  neutral: 'bg-raised text-soft',
  accent: 'bg-accent-soft text-accent',
  up: 'bg-up-soft text-up',
  down: 'bg-down-soft text-down',
  warn: 'bg-warn-soft text-warn',
};
export type Tone = keyof typeof tones;

export function Badge({ tone = 'neutral', title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span
      title={title}
      className={`inline-flex h-[22px] items-center gap-1 whitespace-nowrap rounded-md px-2 text-[11.5px] font-semibold tracking-wide ${tones[tone]}`}
    >
      {children}
    </span>
  );
}

export const Simulated = () => (
  <Badge
    tone="warn"
    title="Invented prices: no vendor answered and no bars were imported. Good for trying things out, says nothing about the real market."
  >
    SIMULATED
  </Badge>
);

export const Stale = () => (
  <Badge tone="warn" title="The newest there is, but too old for the clock.">
    STALE
  </Badge>
);

const directions: Record<string, { tone: Tone; mark: string }> = {
  long: { tone: 'up', mark: '▲' },
  short: { tone: 'down', mark: '▼' },
  buy: { tone: 'up', mark: '▲' },
  sell: { tone: 'down', mark: '▼' },
  flat: { tone: 'neutral', mark: '■' },
};

export function Direction({ of }: { of: string }) {
  const { tone, mark } = directions[of] ?? { tone: 'neutral' as const, mark: '' };
  return (
    <Badge tone={tone}>
      {mark && (
        <span aria-hidden="true" className="text-[9px]">
          {mark}
        </span>
      )}
      {of.toUpperCase()}
    </Badge>
  );
}

const outcomes: Record<string, { tone: Tone; text: string }> = {
  approved: { tone: 'up', text: 'Approved' },
  resized: { tone: 'accent', text: 'Approved, made smaller' },
  rejected: { tone: 'down', text: 'Rejected by risk' },
  no_trade: { tone: 'neutral', text: 'No trade' },
  placed: { tone: 'up', text: 'Placed' },
  traded: { tone: 'up', text: 'Traded' },
  failed: { tone: 'down', text: 'Failed' },
  filled: { tone: 'up', text: 'Filled' },
  partially_filled: { tone: 'accent', text: 'Partly filled' },
  accepted: { tone: 'accent', text: 'Working' },
  pending: { tone: 'neutral', text: 'Pending' },
  cancelled: { tone: 'neutral', text: 'Cancelled' },
  expired: { tone: 'neutral', text: 'Expired' },
  unknown: { tone: 'warn', text: 'Unknown' },
};

export function Outcome({ of }: { of: string }) {
  const { tone, text } = outcomes[of] ?? { tone: 'neutral' as const, text: of };
  return <Badge tone={tone}>{text}</Badge>;
}
