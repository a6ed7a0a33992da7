import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { writeBars } from '../adapters/market-data/file/write-bars.ts';
import { folderScratch } from '../adapters/scratch.ts';
import type { ImportRequest } from '../api/deps.ts';
import type { Bar } from '../domain/bar.ts';
import { requireInstrument } from '../domain/instruments.ts';
import { barClose, HOUR, toIso } from '../domain/time.ts';
import type { MarketData } from '../ports/market-data.ts';
import { memoryBars } from '../testing/memory-bars.ts';
import { createExporter } from './export-bars.ts';
import { createImporter } from './import-bars.ts';

const folder = mkdtempSync(join(tmpdir(), 'conclave-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOW = Date.UTC(2026, 0, 2);
const START = Date.UTC(2025, 5, 16);
const marketData = { resolve: requireInstrument } as MarketData;
let bars = memoryBars();
beforeEach(() => {
  bars = memoryBars();
});

async function* pieces(content: string | Uint8Array, size = 700): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

const importer = (store = bars) =>
  createImporter({
    marketData,
    bars: store,
    sessions: sessionCalendar,
    scratch: folderScratch(folder),
    clock: { now: () => NOW },
  });
const bring = (content: string | Uint8Array, request: Partial<ImportRequest> = {}) =>
  importer()({ file: pieces(content), symbol: 'EURUSD', ...request });
const refusal = (content: string | Uint8Array, request: Partial<ImportRequest> = {}) =>
  bring(content, request).then(
    () => {
      throw new Error('It should have been refused.');
    },
    (failure: { code: string; message: string; hint: string }) => failure,
  );

const header = 'time,open,high,low,close,volume';
const rows = (count: number, row = (i: number) => `${toIso(START + i * HOUR)},1.1,1.102,1.098,1.101,${100 + i}`) =>
  [header, ...Array.from({ length: count }, (_, i) => row(i))].join('\n');

describe('importing a file', () => {
  it('stores its sound bars, keeps the others apart, and says what it found', async () => {
    const bad = (i: number) =>
      `${toIso(START + i * HOUR)},1.1,${i === 7 ? 1.05 : 1.102},1.098,${i === 9 ? 'NaN' : 1.101},5`;
    const imported = await bring(rows(30, bad));
    expect(imported).toMatchObject({
      ...{ symbol: 'EURUSD', interval: '1h', source: 'file', accepted: 28, rejected: 2, written: 28 },
      from: '2025-06-16T00:00:00.000Z',
      detected: {
        delimiter: ',',
        timeZone: 'UTC',
        zoneFrom: 'stated',
        rows: 30,
        columns: { time: 'time', close: 'close' },
      },
    });
    expect(await bars.read({ symbol: 'EURUSD', interval: '1h', source: 'file', asOf: NOW, limit: 99 })).toHaveLength(
      28,
    );
    expect((await bars.quarantined('EURUSD', 9)).map(({ flag }) => flag).sort()).toEqual(['bounds', 'not-positive']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells how far it has come: first reading, then storing', async () => {
    const phases: string[] = [];
    await bring(rows(30), { onProgress: ({ phase, done }) => phases.push(`${phase} ${done}`) });
    expect(phases[0]).toMatch(/^reading/);
    expect(phases.at(-1)).toBe('storing 1');
  });

  it('tried only, stores nothing and says the same', async () => {
    const tried = await bring(rows(30), { dryRun: true });
    expect(tried).toMatchObject({ accepted: 30, written: 0, dryRun: true });
    expect(await bars.coverage()).toEqual([]);
  });

  it('takes what it is told over what it would find out', async () => {
    const told = rows(
      40,
      (i) => `0${1 + Math.floor(i / 24)}/06/2025 ${i % 24}:00;110000;110200;109800;110100;5`,
    ).replaceAll(',', ';');
    const imported = await bring(told, { delimiter: ';', dates: 'day/month/year', scale: 100_000, timeZone: '+02:00' });
    expect(imported).toMatchObject({
      from: '2025-05-31T22:00:00.000Z',
      detected: { scale: 100_000, timeFormat: 'day/month/year' },
    });
    const sides = 'time,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close';
    const quotes = [
      sides,
      ...Array.from({ length: 5 }, (_, i) => `${toIso(START + i * HOUR)},1,1.2,0.9,1.1,2,2.2,1.9,2.1`),
    ];
    await bring(quotes.join('\n'), { prices: 'ask' });
    const [bar] = await bars.read({ symbol: 'EURUSD', interval: '1h', source: 'file', asOf: START + HOUR, limit: 1 });
    expect(bar).toMatchObject({ open: 2, high: 2.2, low: 1.9, close: 2.1 });
  });

  it('that stops in the middle says what was stored, and again stores the rest', async () => {
    const many = rows(50_000);
    let writes = 0;
    const failing = {
      ...bars,
      write: async (batch: Parameters<typeof bars.write>[0]) => {
        writes += 1;
        if (writes === 2) throw new Error('The disk went away');
        return bars.write(batch);
      },
    };
    const failure = await importer(failing)({ file: pieces(many, 65_536), symbol: 'EURUSD' }).catch((each) => each);
    expect(failure).toMatchObject({ code: 'cancelled', details: { written: expect.any(Number) } });
    expect(failure.hint).toContain('not stored twice');
    const [half] = await bars.coverage('EURUSD');
    expect(half!.bars).toBe(failure.details.written);
    await bring(many);
    expect((await bars.coverage('EURUSD'))[0]!.bars).toBe(50_000);
  });

  it('that its sender gives up stores no more', async () => {
    const abort = new AbortController();
    abort.abort(new Error('gone'));
    await expect(bring(rows(10), { signal: abort.signal })).rejects.toThrow('gone');
    expect(await bars.coverage()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a file that is no good', () => {
  const swapped = rows(20).replace('high,low', 'low,high');
  const parquet = async () => Buffer.concat(await Array.fromAsync(writeBars('parquet', hoursOf(40))));
  it.each<[string, string | Uint8Array, string, string]>([
    ['packed and cut off', gzipSync(rows(500)).subarray(0, 900), 'ends too early', 'Download it again'],
    ['a web page', '<!DOCTYPE html><html><body>Please sign in</body></html>', 'web page', 'CSV'],
    ['swapped columns', swapped, 'high and low look swapped', '--columns high=low,low=high'],
    ['nothing but NaN', rows(9, (i) => `${toIso(START + i * HOUR)},NaN,NaN,NaN,NaN,1`), 'No row', '--columns'],
    [
      'negative prices',
      rows(9, (i) => `${toIso(START + i * HOUR)},-1,-0.9,-1.1,-1,1`),
      'must be positive',
      '--columns',
    ],
    ['nothing', '', 'empty', 'again'],
    ['packed nothing', gzipSync(''), 'empty', 'again'],
    ['binary junk', Uint8Array.from({ length: 900 }, (_, i) => (i * 37) % 256), 'binary', 'CSV'],
    ['a missing column', rows(9).replace(',low', ',lo'), 'missing: low', '--columns'],
    ['JSON of something else', '{"error": "no such symbol"}', 'missing: time', '--columns'],
    [
      'JSON that was cut off',
      '[{"time": "2025-06-30T14:00Z", "open": 1.1,\n "high": 1.2',
      'ends too early',
      'list of objects',
    ],
    ['the beginning of a Parquet file', Buffer.from('PAR1 and then nothing'), 'Parquet file ends too early', 'again'],
  ])('%s is refused with what to do next, and nothing is stored', async (_, content, message, hint) => {
    const failure = await refusal(content);
    expect(failure.code).toBe('bad_file');
    expect(failure.message).toContain(message);
    expect(failure.hint).toContain(hint);
    expect(await bars.coverage()).toEqual([]);
    expect(await bars.quarantined('EURUSD', 9)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a Parquet file without its end, or with holes in its pages, is refused', async () => {
    const whole = await parquet();
    expect((await refusal(whole.subarray(0, whole.length - 60))).message).toContain('ends too early or is damaged');
    const holed = Buffer.from(whole);
    holed.fill(0xff, 4, 400);
    expect((await refusal(holed)).code).toBe('bad_file');
    expect(await bars.coverage()).toEqual([]);
  });

  it('times in two zones that overlap are refused, in one named zone they are read', async () => {
    const mixed = rows(40, (i) => {
      const local = toIso(START + (i + 2) * HOUR)
        .slice(0, 16)
        .replace('T', ' ');
      return `${i < 20 ? local : `${toIso(START + i * HOUR)}`},1.1,1.102,1.098,1.101,5`;
    });
    const failure = await refusal(mixed);
    expect(failure.message).toContain('mix zones');
    expect(failure.hint).toContain('--timezone');
    expect(await bring(mixed, { timeZone: '+02:00' })).toMatchObject({ accepted: 40, rejected: 0 });
  });
});

async function* hoursOf(count: number): AsyncGenerator<Bar[]> {
  yield Array.from({ length: count }, (_, i) => barAt(i, [1.1, 1.102, 1.098, 1.101], i));
}

function barAt(hour: number, [open, high, low, close]: [number, number, number, number], volume: number): Bar {
  const openTime = START + hour * HOUR;
  const prices = { open, high, low, close, volume };
  return { openTime, closeTime: barClose('1h', openTime), ...prices, receiveTime: NOW, backfilled: true };
}

describe('bars that are exported', () => {
  const move = fc.double({ min: -0.0004, max: 0.0004, noNaN: true });
  const history = fc
    .array(fc.tuple(move, move, move, fc.double({ min: 0, max: 1e9, noNaN: true })), { minLength: 3, maxLength: 60 })
    .map((steps) =>
      steps.map(([rise, up, down, volume], i) => {
        const open = 1.1 + rise;
        const close = 1.1 - rise / 3;
        const high = Math.max(open, close) + Math.abs(up);
        return barAt(i, [open, high, Math.min(open, close) - Math.abs(down), close], Math.abs(volume));
      }),
    );

  it.each(['csv', 'parquet', 'json'] as const)('as %s are imported as equal bars', async (format) => {
    await fc.assert(
      fc.asyncProperty(history, async (given) => {
        const [from, to] = [memoryBars(), memoryBars()];
        from.set('EURUSD', '1h', 'oanda', given);
        const exported = await createExporter({ marketData, bars: from })({ symbol: 'EURUSD', interval: '1h', format });
        expect(exported).toMatchObject({ source: 'oanda', simulated: false });
        await importer(to)({ file: exported.chunks, symbol: 'EURUSD' });
        const query = { symbol: 'EURUSD', interval: '1h' as const, asOf: NOW, limit: 999 };
        expect(await to.read({ ...query, source: 'file' })).toEqual(await from.read({ ...query, source: 'oanda' }));
      }),
      { numRuns: 60 },
    );
  });

  const read = async (request: Partial<Parameters<ReturnType<typeof createExporter>>[0]>) => {
    const open = createExporter({ marketData, bars });
    const { chunks } = await open({ symbol: 'EURUSD', interval: '1h', format: 'csv', ...request });
    const text = Buffer.concat(await Array.fromAsync(chunks)).toString();
    return text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.slice(0, 16));
  };

  it('are all there however many pages they fill, also across years without any', async () => {
    const many = Array.from({ length: 45_000 }, (_, i) => barAt(i < 30_000 ? i : i + 60_000, [1, 1, 1, 1], 0));
    bars.set('EURUSD', '1h', 'file', many);
    const times = await read({});
    expect(times).toEqual(many.map((bar) => toIso(bar.openTime).slice(0, 16)));
  });

  it('are those of the range, the source and the moment that were asked for', async () => {
    bars.set(
      'EURUSD',
      '1h',
      'file',
      Array.from({ length: 9 }, (_, i) => barAt(i, [1, 1, 1, 1], 0)),
    );
    bars.set('EURUSD', '1h', 'oanda', [barAt(20, [1, 1, 1, 1], 0)]);
    const of = { source: 'file' };
    expect(await read({})).toEqual(['2025-06-16T20:00']);
    expect(await read({ ...of, from: START + 2 * HOUR, to: START + 4 * HOUR })).toEqual([
      '2025-06-16T02:00',
      '2025-06-16T03:00',
    ]);
    expect(await read({ ...of, asOf: START + 2 * HOUR })).toEqual(['2025-06-16T00:00', '2025-06-16T01:00']);
    expect(await read({ ...of, limit: 2 })).toEqual(['2025-06-16T07:00', '2025-06-16T08:00']);
    await expect(read({ source: 'mt5' })).rejects.toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('oanda'),
    });
  });
});
