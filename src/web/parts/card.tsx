import type { ReactNode } from 'react';

export function Card({
  title,
  aside,
  children,
  className = '',
  flush = false,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  flush?: boolean;
}) {
  return (
    <section className={`min-w-0 rounded-xl border border-line bg-surface shadow-card ${className}`}>
      {title !== undefined && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line px-4 py-2">
          <h2 className="text-[13px] font-semibold text-soft">{title}</h2>
          {aside}
        </header>
      )}
      <div className={flush ? '' : 'p-4'}>{children}</div>
    </section>
  );
}

/** A label over a number. */
export function Stat({
  label,
  children,
  tone = '',
  hint,
}: {
  label: string;
  children: ReactNode;
  tone?: string;
  hint?: ReactNode;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-[12px] text-faint">{label}</dt>
      <dd className={`tabular truncate text-[15px] font-semibold ${tone}`}>{children}</dd>
      {hint !== undefined && <dd className="tabular truncate text-[12px] text-faint">{hint}</dd>}
    </div>
  );
}

export const toneOf = (value: number | string | null | undefined) => {
  const size = Number(value ?? 0);
  return Math.abs(size) < 1e-9 ? '' : size > 0 ? 'text-up' : 'text-down';
};
