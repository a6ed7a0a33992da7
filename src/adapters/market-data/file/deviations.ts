import type { Columns } from './columns.ts';
import type { Table } from './table.ts';

/** A row that is written differently from the others and was understood all the same. */
export interface Deviation {
  /** The row's stamp as it is written. */
  at: string;
  row: number;
  reason: string;
}

/** A form that fewer rows than this share have is a deviation; above it, the file is simply like that. */
const FEW = 0.05;

/** Rows that stand out by how they are written. They are read, but who made the file may want to look at them. */
export function findDeviations(
  { rows, header, firstLine }: Pick<Table, 'rows' | 'header' | 'firstLine'>,
  { time }: Pick<Columns, 'time'>,
): Deviation[] {
  const width = header?.length ?? mostCommon(rows.map((row) => row.length));
  const kinds: [string, (row: string[]) => boolean][] = [
    [`It has more than ${width} cells.`, (row) => row.length > width],
    ['A price is written with an exponent.', (row) => row.some((cell) => /^-?\d+(\.\d+)?e[+-]?\d+$/i.test(cell))],
    ['Its time states an offset from UTC.', (row) => /\d(Z|[+-]\d{2}:?\d{2})$/i.test(row[time] ?? '')],
    ['Its time has no offset from UTC.', (row) => !/\d(Z|[+-]\d{2}:?\d{2})$/i.test(row[time] ?? '')],
  ];
  return kinds.flatMap(([reason, applies]) => {
    const found = rows.flatMap((row, i) => (applies(row) ? [{ at: row[time] ?? '', row: firstLine + i, reason }] : []));
    return found.length < rows.length * FEW ? found : [];
  });
}

function mostCommon(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

const TOLD = 3;

/** The same for people, one sentence a kind. */
export function deviationNotices(deviations: readonly Deviation[]): string[] {
  const byReason = Map.groupBy(deviations, (each) => each.reason);
  return [...byReason].map(([reason, all]) => {
    const places = all.slice(0, TOLD).map(({ row, at }) => `line ${row} (${at})`);
    return `${all.length} row(s) are written differently: ${reason} ${places.join(', ')}${all.length > TOLD ? ', …' : ''}`;
  });
}
