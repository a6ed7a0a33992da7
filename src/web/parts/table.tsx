import type { ReactNode } from 'react';

export interface Column<T> {
  head: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand right, so that their digits line up. */
  right?: boolean;
  /** Left out where there is no room. */
  wide?: boolean;
}

/** A table that becomes stacked rows on a phone. */
export function Table<T>({
  rows,
  columns,
  keyOf,
  label,
  compact,
}: {
  rows: readonly T[];
  columns: Column<T>[];
  keyOf: (row: T) => string;
  label: string;
  /** The row on a phone, where name and value pairs would take too much room. */
  compact?: (row: T) => ReactNode;
}) {
  return (
    <>
      <table className="hidden w-full text-[14px] md:table" aria-label={label}>
        <thead>
          <tr className="border-b border-line text-left text-[12px] text-faint">
            {columns.map((column) => (
              <th
                key={column.head}
                scope="col"
                className={`px-3 py-2 font-medium first:pl-4 last:pr-4 ${column.right ? 'text-right' : ''} ${column.wide ? 'hidden lg:table-cell' : ''}`}
              >
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={keyOf(row)} className="hover:bg-raised/50">
              {columns.map((column) => (
                <td
                  key={column.head}
                  className={`px-3 py-2.5 align-middle first:pl-4 last:pr-4 ${column.right ? 'tabular text-right' : ''} ${column.wide ? 'hidden lg:table-cell' : ''}`}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="divide-y divide-line md:hidden" aria-label={label}>
        {rows.map((row) => (
          <li key={keyOf(row)} className="flex flex-col gap-1 px-4 py-3">
            {compact ? compact(row) : <Pairs row={row} columns={columns} />}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The first column as a heading, the rest as name and value; an empty cell takes no line. */
function Pairs<T>({ row, columns }: { row: T; columns: readonly Column<T>[] }) {
  const [first, ...rest] = columns;
  const cells = rest.map(({ head, cell }) => ({ head, content: cell(row) }));
  return (
    <>
      <div className="font-semibold">{first?.cell(row)}</div>
      {cells
        .filter(({ content }) => content !== null)
        .map(({ head, content }) => (
          <div key={head} className="flex items-baseline justify-between gap-4 text-[14px]">
            <span className="shrink-0 text-[12.5px] text-faint">{head}</span>
            <span className="tabular min-w-0 text-right">{content}</span>
          </div>
        ))}
    </>
  );
}
