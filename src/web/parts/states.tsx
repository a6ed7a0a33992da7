import type { ReactNode } from 'react';
import { ApiFailure } from '../api/client.ts';
import { Button } from './button.tsx';

/** Nothing there yet, and what to do about it. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <p className="font-semibold">{title}</p>
      {children && <div className="max-w-md text-[14px] text-faint">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** What failed, and what to do next; a suggestion is one press away. */
export function Problem({
  failure,
  onRetry,
  onSuggestion,
}: {
  failure: unknown;
  onRetry?: () => void;
  onSuggestion?: (symbol: string) => void;
}) {
  const known = failure instanceof ApiFailure ? failure : undefined;
  const suggestions = suggestionsOf(known);
  return (
    <div role="alert" className="rounded-lg border border-down/30 bg-down-soft px-4 py-3 text-[14px]">
      <p className="font-semibold text-down">{known?.message ?? 'Something went wrong on this page.'}</p>
      {suggestions.length === 0 && (
        <p className="mt-0.5 text-soft">{known?.hint ?? 'Reload the page and try again.'}</p>
      )}
      {suggestions.length > 0 && (
        <div className="mt-1.5 flex flex-wrap items-center gap-2 text-soft">
          Did you mean
          {suggestions.map((symbol) =>
            onSuggestion ? (
              <Button key={symbol} small onClick={() => onSuggestion(symbol)}>
                {symbol}
              </Button>
            ) : (
              <b key={symbol}>{symbol}</b>
            ),
          )}
        </div>
      )}
      {onRetry && suggestions.length === 0 && (
        <Button small className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function suggestionsOf(failure: ApiFailure | undefined): string[] {
  const named = failure?.details?.suggestions ?? failure?.details?.candidates;
  return Array.isArray(named) ? named.map(String) : [];
}

/** Holds the place of what is loading, so that nothing jumps when it comes. */
export const Placeholder = ({ className = '' }: { className?: string }) => (
  <div aria-hidden="true" className={`pulse-soft rounded-md bg-raised ${className}`} />
);

export function Rows({ count = 4 }: { count?: number }) {
  return (
    <div className="flex flex-col gap-3 p-4" role="status" aria-label="Loading">
      {Array.from({ length: count }, (_, row) => row).map((row) => (
        <Placeholder key={row} className="h-6" />
      ))}
    </div>
  );
}
