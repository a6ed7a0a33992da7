import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { createMarketData } from '../adapters/market-data/chain.ts';
import { simulatedMarket } from '../adapters/market-data/simulated/provider.ts';
import { folderScratch } from '../adapters/scratch.ts';
import { requireInstrument } from '../domain/instruments.ts';
import { HOUR, parseTime, toIso } from '../domain/time.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryBars, memoryFetchedRanges, memoryQuotes } from '../testing/memory-bars.ts';
import { createImporter } from './import-bars.ts';
import { createQuality } from './quality.ts';

const folder = mkdtempSync(join(tmpdir(), 'conclave-quality-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const scratch = folderScratch(folder);

const now = parseTime('2025-06-18T14:30:00Z');
const hours = simulatedMarket({ clock: { now: () => 0, sleep: async () => {} }, seed: 77 })
  .barsAt(requireInstrument('BTCUSDT'), '1h', now - 200 * HOUR, now - HOUR, now)
  .slice(-150);

async function* pieces(text: string) {
  yield new TextEncoder().encode(text);
}

type Change = (bar: (typeof hours)[number]) => Partial<(typeof hours)[number]>;

/** A desk that imported these hours, with what was done to some of them. */
async function desk(changes: Record<number, Change> = {}) {
  const clock = fakeClock(now);
  const bars = memoryBars();
  const marketData = createMarketData({
    ...{ providers: [simulatedMarket({ clock })], bars, clock, sessions: sessionCalendar, offline: true },
    ...{ quotes: memoryQuotes(), fetched: memoryFetchedRanges() },
  });
  const importBars = createImporter({ marketData, bars, sessions: sessionCalendar, scratch, clock });
  const rows = hours.map((bar, i) => ({ ...bar, ...changes[i]?.(bar) }));
  const lines = rows.map((each) => [toIso(each.openTime), each.open, each.high, each.low, each.close, each.volume]);
  const text = `time,open,high,low,close,volume\n${lines.map((line) => line.join(',')).join('\n')}\n`;
  const bring = () => importBars({ file: pieces(text), symbol: 'BTCUSDT', interval: '1h' });
  await bring();
  const quality = createQuality({ marketData, bars, clock });
  const read = () => quality.read({ symbol: 'BTCUSDT', interval: '1h', limit: 10 });
  const stored = () => bars.read({ symbol: 'BTCUSDT', interval: '1h', source: 'file', asOf: now, limit: 500 });
  return { quality, bars, marketData, read, stored, clock, again: bring };
}

const spiked: Record<number, Change> = { 100: ({ high }) => ({ high: high * 3 }) };
const inCents: Record<number, Change> = {
  60: ({ open, high, low, close }) => ({ open: open * 100, high: high * 100, low: low * 100, close: close * 100 }),
};

describe('the quality of stored bars', () => {
  it('lists a rejected bar with its values, its reason and a name', async () => {
    const { read } = await desk(spiked);
    const { rejected, rejectedCount, source, stored } = await read();
    const bar = hours[100]!;
    expect(rejectedCount).toBe(1);
    expect(rejected).toMatchObject([
      { id: `1h/file/${toIso(bar.openTime)}/spike`, flag: 'spike', bar: { open: bar.open, close: bar.close } },
    ]);
    expect(rejected[0]!.bar!.high).toBeCloseTo(bar.high * 3);
    expect(rejected[0]).not.toHaveProperty('repair');
    expect([source, stored.length, stored[0]!.bars]).toEqual(['file', 1, 149]);
  });

  it('takes a bar that a person accepts, and no longer holds it against the score', async () => {
    const { quality, read, stored, clock, again, marketData } = await desk(spiked);
    const { id } = (await read()).rejected[0]!;
    await clock.advance(HOUR / 4);
    const { settled } = await quality.accept({ symbol: 'BTCUSDT', id, by: 'owner' });
    expect(settled[0]!.settled).toEqual({ as: 'accepted', rule: 'accepted by owner', at: toIso(now + HOUR / 4) });
    const bar = (await stored()).find((each) => each.openTime === hours[100]!.openTime)!;
    expect(bar.high).toBeCloseTo(hours[100]!.high * 3);
    expect(bar).toMatchObject({ receiveTime: now + HOUR / 4, backfilled: true });
    const after = await read();
    expect(after.quality).toMatchObject({ score: 1, rejectedBars: 0 });
    expect(after.quality.flags).not.toContain('spike');
    expect(after.rejected).toMatchObject([{ id, settled: { as: 'accepted' } }]);
    // Neither in coarser bars made of it, nor when the file is imported again.
    const coarse = await marketData.history({ symbol: 'BTCUSDT', interval: '4h', limit: 30 });
    expect(coarse.quality.flags).not.toContain('spike');
    expect(await again()).toMatchObject({ accepted: 150, rejected: 0 });
  });

  it('repairs a wrong scale when asked, and names the rule', async () => {
    const { quality, read, stored } = await desk(inCents);
    expect((await stored()).length).toBe(149);
    expect((await read()).rejected[0]!.repair!.rule).toBe('prices x 0.01');
    const { settled } = await quality.repair({ symbol: 'BTCUSDT', by: 'owner' });
    expect(settled).toMatchObject([{ settled: { as: 'repaired', rule: 'prices x 0.01, for owner' } }]);
    const bar = (await stored()).find((each) => each.openTime === hours[60]!.openTime)!;
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
      expect(bar[name]).toBeCloseTo(hours[60]![name]);
    }
    expect((await quality.repair({ symbol: 'BTCUSDT', by: 'owner' })).settled).toEqual([]);
    expect((await quality.repair({ symbol: 'BTCUSDT', interval: '1d', by: 'owner' })).settled).toEqual([]);
  });

  it('accepts nothing that it does not know, that is no price, or that has no certain repair', async () => {
    const { quality, read } = await desk({ ...spiked, 20: () => ({ close: 0 }) });
    const [spike, zero] = (await read()).rejected.sort((a, b) => (a.flag < b.flag ? 1 : -1));
    const own = { symbol: 'BTCUSDT', by: 'owner' };
    await expect(quality.accept({ ...own, id: 'nothing' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(quality.repair({ ...own, id: 'nothing' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(quality.accept({ ...own, id: zero!.id })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(quality.repair({ ...own, id: spike!.id })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(zero!.flag).toBe('not-positive');
  });

  it('shows everything stored with what nobody settled yet', async () => {
    const { quality, read } = await desk({ ...spiked, ...inCents });
    expect((await quality.overview()).stored).toMatchObject([
      { symbol: 'BTCUSDT', interval: '1h', source: 'file', bars: 148, rejected: 2, flags: ['spike', 'wrong-scale'] },
    ]);
    await quality.repair({ symbol: 'BTCUSDT', by: 'owner' });
    expect((await quality.overview()).stored).toMatchObject([{ bars: 149, rejected: 1, flags: ['spike'] }]);
    expect((await read()).rejectedCount).toBe(2);
  });
});

describe('two sources of the same bars', () => {
  it('that tell of other prices lower the score, and say where', async () => {
    const { bars, read } = await desk();
    expect((await read()).quality).toMatchObject({ score: 1, flags: [] });
    const off = hours.map((bar, i) => (i < 90 ? bar : { ...bar, close: bar.close * 1.02, high: bar.high * 1.02 }));
    bars.set('BTCUSDT', '1h', 'broker', off);
    const { quality, notices } = await read();
    expect(quality.flags).toEqual(['sources-disagree']);
    expect(quality.score).toBeCloseTo(0.8);
    expect(notices.join()).toMatch(/disagree: 60 of 150 bars close more than 0.75 % apart, the farthest 2 % at/);
  });

  it('that tell of the same prices change nothing', async () => {
    const { bars, read } = await desk();
    bars.set(
      'BTCUSDT',
      '1h',
      'broker',
      hours.map((bar) => ({ ...bar, close: bar.close * 1.0005 })),
    );
    expect((await read()).quality).toMatchObject({ score: 1, flags: [] });
  });
});
