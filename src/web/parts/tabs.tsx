import type { KeyboardEvent, ReactNode } from 'react';

/** Sections that share one place. */
export function Tabs<T extends string>({
  label,
  tabs,
  current,
  onChange,
  children,
}: {
  label: string;
  tabs: readonly { id: T; name: string; count?: number }[];
  current: T;
  onChange: (tab: T) => void;
  children: ReactNode;
}) {
  function move({ key }: KeyboardEvent) {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = tabs.findIndex((tab) => tab.id === current);
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    onChange(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  }

  return (
    <div>
      <div role="tablist" aria-label={label} className="mb-3 flex gap-1 overflow-x-auto">
        {tabs.map(({ id, name, count }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={current === id}
            tabIndex={current === id ? 0 : -1}
            onKeyDown={move}
            aria-controls={`panel-${id}`}
            onClick={() => onChange(id)}
            className={`tabular shrink-0 rounded-lg px-3 py-1.5 text-[14px] font-medium ${current === id ? 'bg-surface text-ink shadow-card ring-1 ring-line' : 'text-faint hover:text-ink'}`}
          >
            {name}
            {count !== undefined && count > 0 && <span className="ml-1.5 text-faint">{count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`panel-${current}`} aria-labelledby={`tab-${current}`}>
        {children}
      </div>
    </div>
  );
}
