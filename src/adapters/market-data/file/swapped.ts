import { AppError } from '../../../domain/errors.ts';
import type { Columns } from './columns.ts';
import type { Row } from './rows.ts';

const fields = ['open', 'high', 'low', 'close', 'volume'] as const;
type Values = [number, number, number, number, number];

/** Rows looked at: enough to know, few enough for every order of the columns. */
const SAMPLE = 500;

const sound = ([open, high, low, close]: Values) =>
  low > 0 && high >= Math.max(open, close) && low <= Math.min(open, close);

/**
 * Columns under each other's names spoil every row, and no row alone says which. Throws `bad_file` naming the columns
 * when most rows are unsound as they are and almost all are sound in another order.
 */
export function refuseSwappedColumns(
  rows: readonly Row[],
  prices: Extract<Columns['prices'], { kind: 'bars' }>,
  header: string[] | undefined,
) {
  const step = Math.max(1, Math.floor(rows.length / SAMPLE));
  const sample = rows
    .filter((_, i) => i % step === 0)
    .map(({ prices: each, volume }): Values => [...each, volume])
    // A bar that never moved is sound in every order.
    .filter(([open, high, low, close]) => !(open === high && high === low && low === close));
  const share = (order: readonly number[]) =>
    sample.filter((values) => sound(order.map((from) => values[from]) as Values)).length / sample.length;
  if (sample.length === 0 || share([0, 1, 2, 3, 4]) >= 0.5) return;
  const moved = (order: readonly number[]) => order.filter((from, i) => from !== i).length;
  const best = orders([0, 1, 2, 3, 4])
    .filter((order) => share(order) >= 0.95)
    .sort((a, b) => moved(a) - moved(b))[0];
  if (!best) return;
  const column = (i: number) => header?.[prices[fields[i] as 'open']] ?? String(prices[fields[i] as 'open'] + 1);
  const wrong = best.flatMap((from, i) => (from === i ? [] : [i]));
  // The volume's own column is known by its name only; which price stands under it is said in words.
  const remedy = wrong.filter((i) => i < 4 && best[i]! < 4).map((i) => `${fields[i]}=${column(best[i]!)}`);
  const names = wrong.map((i) => fields[i]);
  throw new AppError(
    'bad_file',
    `The columns ${names.slice(0, -1).join(', ')} and ${names.at(-1)} look swapped: as named, most rows have a high or low that does not hold the open and close.`,
    {
      hint:
        remedy.length === wrong.length
          ? `If so, import it with --columns ${remedy.join(',')}`
          : 'Name the columns that hold them with --columns open=…,high=…,low=…,close=…,volume=….',
      details: { swapped: names },
    },
  );
}

function orders(of: readonly number[]): number[][] {
  if (of.length < 2) return [[...of]];
  return of.flatMap((first) => orders(of.filter((each) => each !== first)).map((rest) => [first, ...rest]));
}
