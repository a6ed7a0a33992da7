import { useState } from 'react';
import type { Check } from '../../domain/order.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { amount, capital, none, percent, readable, words } from '../parts/format.ts';
import { Empty, Rows } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';

/** Every check with its numbers, the failed ones first. */
export function RiskTable({ checks, waiting = false }: { checks?: readonly Check[]; waiting?: boolean }) {
  const [all, setAll] = useState(true);
  const failed = checks?.filter((check) => !check.passed) ?? [];
  const sorted = checks ? [...failed, ...checks.filter((check) => check.passed)] : [];
  const aside = checks && checks.length > 0 && (
    <span className="flex items-center gap-2">
      {failed.length > 0 ? (
        <Badge tone="down">{failed.length} failed</Badge>
      ) : (
        <Badge tone="up">All {checks.length} passed</Badge>
      )}
      <button
        type="button"
        onClick={() => setAll(!all)}
        aria-expanded={all}
        className="rounded text-[12.5px] font-medium text-accent hover:underline"
      >
        {all ? 'Hide' : 'Show'}
      </button>
    </span>
  );
  return (
    <Card title="Risk checks" aside={aside} flush>
      {!checks && waiting && <Rows count={5} />}
      {checks?.length === 0 && (
        <Empty title="Nothing to check">Risk judges orders, and no order came of this analysis.</Empty>
      )}
      {checks && checks.length > 0 && all && (
        <Table
          label="Risk checks"
          rows={sorted}
          keyOf={(check) => check.code}
          compact={(check) => (
            <>
              <div className="flex items-center justify-between gap-3 text-[14px]">
                <Name check={check} />
                <span className="tabular shrink-0 text-right text-[13.5px]">
                  {value(check.actual, check.unit)}{' '}
                  <span className="text-faint">/ {value(check.limit, check.unit)}</span>
                </span>
              </div>
              {!check.passed && <p className="pl-7 text-[13px] text-soft">{readable(check.message)}</p>}
            </>
          )}
          columns={[
            { head: 'Check', cell: (check) => <Name check={check} /> },
            { head: 'Actual', right: true, cell: (check) => value(check.actual, check.unit) },
            { head: 'Limit', right: true, cell: (check) => value(check.limit, check.unit) },
            { head: 'Margin', right: true, wide: true, cell: (check) => value(check.margin, check.unit) },
            {
              head: 'Says',
              wide: true,
              cell: (check) => <span className="text-[13px] text-faint">{readable(check.message)}</span>,
            },
          ]}
        />
      )}
    </Card>
  );
}

const Name = ({ check }: { check: Check }) => (
  <span className="flex items-center gap-2" title={readable(check.message)}>
    <span
      className={`grid size-5 shrink-0 place-items-center rounded-full text-[11px] font-bold ${check.passed ? 'bg-up-soft text-up' : 'bg-down-soft text-down'}`}
    >
      <span aria-hidden="true">{check.passed ? '✓' : '✕'}</span>
      <span className="sr-only">{check.passed ? 'Passed' : 'Failed'}</span>
    </span>
    {capital(words(check.code))}
  </span>
);

function value(shown: Check['actual'], unit: string): string {
  if (shown === null) return none;
  if (typeof shown === 'boolean') return shown ? 'yes' : 'no';
  const size = typeof shown === 'number' ? shown : /^[-+]?\d+(\.\d+)?$/.test(shown) ? Number(shown) : undefined;
  if (size === undefined) return words(String(shown));
  if (unit === 'fraction' || unit === 'ratio of equity') return percent(size, 2);
  if (unit === 's' && Math.abs(size) >= 120) return lasting(size);
  // Money to the cent, prices and ratios to what tells them apart.
  const isMoney = /^[A-Z]{3}$/.test(unit);
  const text = amount(isMoney && Math.abs(size) >= 1 ? Number(size.toFixed(2)) : Number(size.toPrecision(6)));
  return unit && !['', 'ratio', 'score', 'conviction'].includes(unit) ? `${text} ${unit}` : text;
}

/** Seconds as minutes, hours or days. */
function lasting(seconds: number): string {
  const [size, unit] =
    Math.abs(seconds) < 7_200
      ? [seconds / 60, 'min']
      : Math.abs(seconds) < 172_800
        ? [seconds / 3_600, 'h']
        : [seconds / 86_400, 'd'];
  return `${amount(Number(size.toFixed(1)))} ${unit}`;
}
