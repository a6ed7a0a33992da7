import type { Bar } from '../../../domain/bar.ts';
import type { CorporateAction } from '../../../domain/corporate-action.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { type Timestamp, toIso } from '../../../domain/time.ts';

/** What a file tells of dividends and splits beside its bars, for checking them. */
export interface FileActions {
  actions: CorporateAction[];
  /** Closes after dividends by opening time; absent where the file has no such column. */
  adjustedCloses?: Map<Timestamp, number>;
}

/** One row's part of it; NaN where its cell is empty. */
export interface RowActions {
  adjusted: number;
  dividend: number;
  split: number;
}

/**
 * Reads the columns `Adj Close`, `Dividends` and `Stock Splits`, which Yahoo's exports have, from a row; undefined where
 * a file has none of them.
 */
export function rowActions(
  header: readonly string[] | undefined,
): ((cells: readonly string[], number: (text: string | undefined) => number) => RowActions) | undefined {
  const column = (pattern: RegExp) => header?.findIndex((name) => pattern.test(name)) ?? -1;
  const adjusted = column(/^adj(usted)?[ _.]?close$/);
  const dividend = column(/^dividends?$/);
  const split = column(/^(stock )?splits?$/);
  if (Math.max(adjusted, dividend, split) < 0) return undefined;
  return (cells, number) => ({
    adjusted: number(cells[adjusted]),
    dividend: number(cells[dividend]),
    split: number(cells[split]),
  });
}

/** `bars` are those of the rows, one for one. An action counts from the opening of its row. */
export function actionsOf(
  rows: readonly { actions?: RowActions }[],
  bars: readonly Bar[],
  { symbol, quote: currency }: Instrument,
): FileActions {
  const actions: CorporateAction[] = [];
  const adjustedCloses = new Map<Timestamp, number>();
  for (const [i, { actions: told }] of rows.entries()) {
    if (!told) continue;
    const { openTime, receiveTime } = bars[i]!;
    const dated = (kind: string) => ({
      ...{ id: `file|${symbol}|${kind}|${toIso(openTime)}`, symbol, source: 'file' },
      ...{ effectiveTime: openTime, eventTime: openTime, receiveTime },
    });
    if (told.dividend > 0) actions.push({ ...dated('dividend'), kind: 'dividend', amount: told.dividend, currency });
    if (told.split > 0) actions.push({ ...dated('split'), kind: 'split', ratio: told.split });
    if (told.adjusted > 0) adjustedCloses.set(openTime, told.adjusted);
  }
  return adjustedCloses.size === 0 ? { actions } : { actions, adjustedCloses };
}
