import type { ButtonHTMLAttributes } from 'react';

const looks = {
  primary: 'bg-accent text-accent-ink hover:opacity-90 border-transparent font-semibold',
  plain: 'bg-surface text-ink border-line hover:bg-raised',
  quiet: 'bg-transparent text-soft border-transparent hover:bg-raised hover:text-ink',
  danger: 'bg-down text-bg border-transparent hover:opacity-90 font-semibold',
};

export function Button({
  look = 'plain',
  busy = false,
  small = false,
  className = '',
  children,
  disabled,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: keyof typeof looks; busy?: boolean; small?: boolean }) {
  const size = small ? 'h-8 px-3 text-[13px]' : 'h-11 px-4';
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={`inline-flex shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-lg border transition-[background,opacity] disabled:opacity-45 ${size} ${looks[look]} ${className}`}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

export const Spinner = () => (
  <span
    aria-hidden="true"
    className="inline-block size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent"
  />
);
