import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { timeFormatOf } from '../adapters/market-data/file/stamps.ts';
import { symbolOfName } from '../adapters/market-data/file/symbol-of-name.ts';
import { fromWall, parseZone } from '../adapters/market-data/file/zone.ts';
import { folderScratch } from '../adapters/scratch.ts';
import { requireInstrument } from '../domain/instruments.ts';
import { barOpen, DAY, intervalMs, toIso } from '../domain/time.ts';
import type { MarketData } from '../ports/market-data.ts';
import { memoryBars } from '../testing/memory-bars.ts';
import { needsShared, sharedPath, sharedText } from '../testing/shared.ts';
import { createImporter } from './import-bars.ts';

const there = needsShared('every file of prices', 'data/ohlcv');
const folder = mkdtempSync(join(tmpdir(), 'conclave-shared-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the README beside the files says of each: `| file | symbol | timeframe | span | rows | ...`. */
const listed = (there ? sharedText('data/README.md') : '').split('\n').flatMap((line) => {
  const [, file, symbol, , span, rows] = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
  if (!file?.startsWith('ohlcv/') || file.includes('/factors/')) return [];
  const many = /^(\d+) symbols/.exec(symbol!);
  const [first, last] = span!.split(/ \.\. |\.\.(?=\d)/).map((text) => text.replace(/ \(.*\)$/, ''));
  return [
    { file, rows: Number(rows) / (many ? Number(many[1]) : 1), many: many !== null, first: first!, last: last ?? '' },
  ];
});

const importer = (bars: ReturnType<typeof memoryBars>) =>
  createImporter({
    marketData: { resolve: requireInstrument } as MarketData,
    bars,
    sessions: sessionCalendar,
    scratch: folderScratch(folder),
    clock: { now: () => Date.UTC(2026, 8, 1) },
  });

describe.skipIf(!there)('every file of prices', () => {
  it('is listed', () => {
    const found = readdirSync(sharedPath('data/ohlcv'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.csv(\.gz)?$/.test(name) && !name.includes('factors'))
      .map((name) => `ohlcv/${name}`);
    expect(listed.map(({ file }) => file).sort()).toEqual(found.sort());
  });

  it.each(listed)('$file: $rows rows from $first to $last', async ({ file, rows, many, first, last }) => {
    const store = memoryBars();
    const name = file.split('/').at(-1)!;
    const symbol = many ? 'AAPL' : (symbolOfName(name) ?? 'EURUSD');
    const imported = await importer(store)({ file: createReadStream(sharedPath('data', file)), symbol });
    const { detected, interval } = imported;
    expect(detected.rows).toBe(rows);
    if (detected.prices !== 'ticks') expect(imported.accepted + imported.rejected).toBe(rows);

    const bars = await store.read({
      symbol: imported.symbol,
      interval,
      source: 'file',
      asOf: Date.UTC(2026, 8, 1),
      from: -1e15,
      limit: 1e6,
    });
    const zone = parseZone(detected.timeZone);
    for (const [text, bar] of [
      [first, bars[0]!],
      [last, bars.at(-1)!],
    ] as const) {
      const format = timeFormatOf([text]);
      const stamp = format?.read(text);
      if (!format || !stamp) continue;
      const { openTime } = bar;
      const ended = detected.stamps === 'close' ? intervalMs[interval] : 0;
      if (intervalMs[interval] > DAY)
        expect(Math.abs(openTime - (stamp.wall - ended))).toBeLessThan(intervalMs[interval] * 1.1);
      else if (interval === '1d') expect(toIso(openTime).slice(0, 10)).toBe(toIso(stamp.wall - ended).slice(0, 10));
      else if (format.dateOnly)
        expect(toIso(openTime + zone.offsetAt(openTime)).slice(0, 10)).toBe(toIso(stamp.wall).slice(0, 10));
      else {
        const utc = stamp.offset === undefined ? fromWall(zone, stamp.wall) : stamp.wall - stamp.offset;
        expect(toIso(openTime)).toBe(
          toIso(ended > 0 ? utc - ended : stamp.offset === 0 ? barOpen(interval, utc) : utc),
        );
      }
    }
  });
});
