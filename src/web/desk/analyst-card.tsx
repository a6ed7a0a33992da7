import { useId, useState } from 'react';
import type { SignalDocument } from '../../domain/record.ts';
import type { Fact } from '../../domain/signal.ts';
import { Badge, Direction } from '../parts/badge.tsx';
import { toneOf } from '../parts/card.tsx';
import { amount, capital, none, percent, signed, utc, words } from '../parts/format.ts';
import { Placeholder } from '../parts/states.tsx';

/** One vote. Its height is the same before and after it arrives. */
export function AnalystCard({
  name,
  looks,
  signal,
  waiting,
}: {
  name: string;
  looks: string;
  signal?: SignalDocument;
  waiting: boolean;
}) {
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  return (
    <article
      aria-label={name}
      aria-busy={waiting && !signal}
      className="flex min-h-[204px] min-w-0 flex-col rounded-xl border border-line bg-surface p-4 shadow-card"
    >
      <header className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <h3 className="truncate font-semibold">{name}</h3>
          <p className="truncate text-[12px] text-faint">{looks}</p>
        </div>
        {signal ? (
          <span className="arrive">
            {signal.kind === 'view' ? <Direction of={signal.direction ?? 'flat'} /> : <Badge>NO VIEW</Badge>}
          </span>
        ) : (
          waiting && <Placeholder className="h-[22px] w-16" />
        )}
      </header>
      {signal ? (
        <div className="arrive flex flex-1 flex-col">
          <Numbers signal={signal} />
          <p className={`mt-2 text-[13.5px] text-soft ${open ? '' : 'line-clamp-2'}`}>{signal.rationale}</p>
          {open && <Facts id={detailsId} facts={signal.evidence} />}
          <button
            type="button"
            aria-expanded={open}
            aria-controls={detailsId}
            onClick={() => setOpen(!open)}
            className="mt-auto self-start rounded pt-2 text-[12.5px] font-medium text-accent hover:underline"
          >
            {open ? 'Less' : `Evidence (${signal.evidence.length})`}
            <span className="sr-only"> of the {name}</span>
          </button>
        </div>
      ) : (
        <div className="mt-4 flex flex-1 flex-col gap-2.5">
          {waiting && (
            <>
              <Placeholder className="h-5" />
              <Placeholder className="h-3.5 w-11/12" />
              <Placeholder className="h-3.5 w-2/3" />
            </>
          )}
        </div>
      )}
    </article>
  );
}

function Numbers({ signal }: { signal: SignalDocument }) {
  if (signal.kind === 'abstention') {
    return <p className="mt-3 text-[13px] font-medium text-faint">{capital(words(signal.reason ?? 'abstains'))}</p>;
  }
  const confidence = signal.confidence ?? 0;
  const bar = signal.direction === 'long' ? 'bg-up' : signal.direction === 'short' ? 'bg-down' : 'bg-faint';
  return (
    <div className="mt-3">
      <div className="h-1.5 overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <div className={`h-full rounded-full ${bar}`} style={{ width: `${Math.round(confidence * 100)}%` }} />
      </div>
      <dl className="tabular mt-2 grid grid-cols-3 gap-2">
        <Pair term="Confidence">{percent(confidence)}</Pair>
        <Pair term="Probability">
          {percent(signal.probability)}
          {signal.calibrated === false && (
            <span title="Not calibrated yet: too few settled forecasts stand behind it." className="text-faint">
              *
            </span>
          )}
        </Pair>
        <Pair term="Adds">
          <span className={toneOf(signal.contribution)}>{signed(signal.contribution)}</span>
        </Pair>
      </dl>
    </div>
  );
}

const Pair = ({ term, children }: { term: string; children: React.ReactNode }) => (
  <div className="min-w-0 last:text-right">
    <dt className="truncate text-[11.5px] text-faint">{term}</dt>
    <dd className="text-[14px] font-semibold leading-5">{children}</dd>
  </div>
);

function Facts({ id, facts }: { id: string; facts: readonly Fact[] }) {
  if (facts.length === 0)
    return (
      <p id={id} className="mt-2 text-[12.5px] text-faint">
        Cites no facts.
      </p>
    );
  return (
    <dl id={id} className="tabular mt-2 flex flex-col gap-1 border-t border-line pt-2 text-[12.5px]">
      {facts.map((fact) => (
        <div
          key={fact.id}
          className="flex items-baseline justify-between gap-3"
          title={`${fact.source}, ${utc(new Date(fact.eventTime).toISOString())} UTC`}
        >
          <dt className="min-w-0 break-words text-faint">{fact.id}</dt>
          <dd className="shrink-0 text-right font-medium">{shown(fact)}</dd>
        </div>
      ))}
    </dl>
  );
}

function shown({ value, unit }: Fact): string {
  if (value === null) return none;
  if (typeof value === 'number') {
    const size = Math.abs(value);
    const text = size !== 0 && size < 0.001 ? value.toExponential(2) : amount(Number(value.toPrecision(6)));
    return unit && unit !== 'ratio' && unit !== 'price' ? `${text} ${unit}` : text;
  }
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : words(value);
}
