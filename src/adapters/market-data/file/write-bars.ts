import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Bar } from '../../../domain/bar.ts';
import { toIso } from '../../../domain/time.ts';

export const barFormats = ['csv', 'parquet', 'json'] as const;
export type BarFormat = (typeof barFormats)[number];

/**
 * A file of bars, piece by piece as the bars come. What `conclave import` reads from it are equal bars: prices are
 * written with every digit, times in UTC. JSON is a list with one object a line.
 */
export function writeBars(format: BarFormat, batches: AsyncIterable<readonly Bar[]>): AsyncGenerator<Uint8Array> {
  if (format === 'parquet') return parquet(batches);
  return encoded(format === 'csv' ? csv(batches) : json(batches));
}

async function* csv(batches: AsyncIterable<readonly Bar[]>): AsyncGenerator<string> {
  yield 'time,open,high,low,close,volume\n';
  for await (const bars of batches) {
    yield bars
      .map(
        ({ openTime, open, high, low, close, volume }) =>
          `${toIso(openTime)},${open},${high},${low},${close},${volume}\n`,
      )
      .join('');
  }
}

async function* json(batches: AsyncIterable<readonly Bar[]>): AsyncGenerator<string> {
  let mark = '[\n';
  for await (const bars of batches) {
    if (bars.length === 0) continue;
    const lines = bars.map(({ openTime, open, high, low, close, volume }) =>
      JSON.stringify({ openTime: toIso(openTime), open, high, low, close, volume }),
    );
    yield mark + lines.join(',\n');
    mark = ',\n';
  }
  yield mark === '[\n' ? '[]\n' : '\n]\n';
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}

const prices = ['open', 'high', 'low', 'close', 'volume'] as const;
/** Bars of one row group. */
const GROUP = 100_000;

async function* parquet(batches: AsyncIterable<readonly Bar[]>): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const take = () => {
    const bytes = writer.getBytes().slice();
    // The count of all bytes goes on; only what is handed out is forgotten.
    writer.index = 0;
    return bytes;
  };
  const columnsOf = (bars: readonly Bar[]) => [
    { name: 'time', data: bars.map((bar) => new Date(bar.openTime)), type: 'TIMESTAMP' as const, nullable: false },
    ...prices.map((name) => ({
      name,
      data: Float64Array.from(bars, (bar) => bar[name]),
      type: 'DOUBLE' as const,
      nullable: false,
    })),
  ];
  const file = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: columnsOf([]) }) });
  let group: Bar[] = [];
  for await (const bars of batches) {
    group = group.concat(bars);
    if (group.length < GROUP) continue;
    await file.write({ columnData: columnsOf(group), rowGroupSize: group.length });
    group = [];
    yield take();
  }
  if (group.length > 0) await file.write({ columnData: columnsOf(group), rowGroupSize: group.length });
  await file.finish();
  yield take();
}
