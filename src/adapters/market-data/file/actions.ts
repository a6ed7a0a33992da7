import type { Bar } from '../../../domain/bar.ts';
import type { CorporateAction } from '../../../domain/corporate-action.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { type Timestamp, toIso } from '../../../domain/time.ts';
import type { Row } from './rows.ts';
import type { Table } from './table.ts';

/** What a file tells of dividends and splits beside its bars, for checking them. */
export interface FileActions {
  actions: CorporateAction[];
  /** Closes after dividends by opening time; absent where the file has no such column. */
  adjustedCloses?: Map<Timestamp, number>;
}

/**
 * The columns `Adj Close`, `Dividends` and `Stock Splits`, which Yahoo's exports have. `bars` are those of `rows`, one
 * for one. An action counts from the opening of its row.
 */
export function readFileActions(
  { header, rows: cells, firstLine }: Pick<Table, 'header' | 'rows' | 'firstLine'>,
  rows: readonly Row[],
  bars: readonly Bar[],
  { symbol, quote: currency }: Instrument,
): FileActions {
  const column = (pattern: RegExp) => header?.findIndex((name) => pattern.test(name)) ?? -1;
  const adjusted = column(/^adj(usted)?[ _.]?close$/);
  const dividend = column(/^dividends?$/);
  const split = column(/^(stock )?splits?$/);
  if (Math.max(adjusted, dividend, split) < 0) return { actions: [] };

  const actions: CorporateAction[] = [];
  const adjustedCloses = new Map<Timestamp, number>();
  for (const [i, { line }] of rows.entries()) {
    const bar = bars[i]!;
    const number = (at: number) => Number(cells[line - firstLine]?.[at] || Number.NaN);
    const dated = (kind: string) => ({
      ...{ id: `file|${symbol}|${kind}|${toIso(bar.openTime)}`, symbol, source: 'file' },
      ...{ effectiveTime: bar.openTime, eventTime: bar.openTime, receiveTime: bar.receiveTime },
    });
    const amount = number(dividend);
    const ratio = number(split);
    const close = number(adjusted);
    if (amount > 0) actions.push({ ...dated('dividend'), kind: 'dividend', amount, currency });
    if (ratio > 0) actions.push({ ...dated('split'), kind: 'split', ratio });
    if (close > 0) adjustedCloses.set(bar.openTime, close);
  }
  return adjusted < 0 ? { actions } : { actions, adjustedCloses };
}
