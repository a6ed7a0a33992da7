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

/** What failed, and what to do next. */
export function Problem({ failure, onRetry }: { failure: unknown; onRetry?: () => void }) {
  const known = failure instanceof ApiFailure ? failure : undefined;
  const suggestions = known?.details?.suggestions;
  return (
    <div role="alert" className="rounded-lg border border-down/30 bg-down-soft px-4 py-3 text-[14px]">
      <p className="font-semibold text-down">{known?.message ?? 'Something went wrong on this page.'}</p>
      <p className="mt-0.5 text-soft">{known?.hint ?? 'Reload the page and try again.'}</p>
      {Array.isArray(suggestions) && suggestions.length > 0 && (
        <p className="mt-1 text-soft">Did you mean {suggestions.join(', ')}?</p>
      )}
      {onRetry && (
        <Button small className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
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
