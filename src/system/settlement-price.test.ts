import { describe, expect, it } from 'vitest';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { createMarketData } from '../adapters/market-data/chain.ts';
import { simulatedMarket } from '../adapters/market-data/simulated/provider.ts';
import { requireInstrument } from '../domain/instruments.ts';
import type { Forecast } from '../domain/signal.ts';
import { DAY, HOUR, type Timestamp } from '../domain/time.ts';
import type { MarketDataProvider } from '../ports/market-data.ts';
import type { DecisionStore } from '../ports/store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryBars, memoryFetchedRanges, memoryQuotes } from '../testing/memory-bars.ts';
import { settlementPrice } from './settlement-price.ts';

const friday = Date.UTC(2025, 5, 20, 19);
/** EURUSD is shut from Friday 21:00 to Sunday 21:00 UTC in June. */
const saturday = Date.UTC(2025, 5, 21, 12);

interface Situation {
  now?: Timestamp;
  /** Whether a vendor gives prices now. */
  real?: boolean;
  /** Where the forecast was made. */
  made?: 'real' | 'simulated';
}

/** A vendor whose prices are another seed's, so that a mix with the simulated market would show. */
function world({ now = saturday, real = true, made = real ? 'real' : 'simulated' }: Situation = {}) {
  const clock = fakeClock(now);
  const reality = simulatedMarket({ clock, seed: 77 });
  const simulated = simulatedMarket({ clock });
  const vendor: MarketDataProvider = {
    name: 'yahoo',
    simulated: false,
    assetClasses: ['fx', 'crypto'],
    intervals: ['1h', '1d'],
    bars: async ({ instrument, interval, from, to }) => reality.barsAt(instrument, interval, from, to, clock.now()),
  };
  const marketData = createMarketData({
    providers: real ? [vendor, simulated] : [simulated],
    bars: memoryBars(),
    quotes: memoryQuotes(),
    fetched: memoryFetchedRanges(),
    clock,
    sessions: sessionCalendar,
    config: { chains: { fx: real ? ['yahoo'] : [], crypto: real ? ['yahoo'] : [] } },
  });
  const decisions = {
    get: async () => ({ simulated: made === 'simulated', asOf: friday }),
  } as unknown as DecisionStore;
  const closeAt = (symbol: string, closeTime: Timestamp) =>
    (made === 'real' ? reality : simulated).barsAt(
      requireInstrument(symbol),
      '1h',
      closeTime - HOUR,
      closeTime,
      clock.now(),
    )[0]!.close;
  const ask = (symbol: string, settlesAt: Timestamp, more: Partial<Forecast> = {}) =>
    settlementPrice({ marketData, simulated, decisions })(symbol, settlesAt, {
      decisionId: 'dec_1',
      interval: '1h',
      madeAt: friday,
      ...more,
    } as Forecast);
  return { clock, ask, closeAt };
}

describe('the price that a forecast is scored by', () => {
  it.each([true, false])('is waited for through the weekend, and is the first after it (real: %s)', async (real) => {
    const { clock, ask, closeAt } = world({ real });
    const horizon = saturday - 11 * HOUR;
    expect(await ask('EURUSD', horizon)).toBeUndefined();
    expect(await ask('BTCUSDT', horizon)).toBe(closeAt('BTCUSDT', horizon));
    const opens = Date.UTC(2025, 5, 22, 21);
    await clock.set(opens + HOUR + 60_000);
    expect(await ask('EURUSD', horizon)).toBe(closeAt('EURUSD', opens + HOUR));
  });

  it('is the simulated market’s own for a simulated forecast, also once real prices have come', async () => {
    const { ask, closeAt } = world({ made: 'simulated' });
    const horizon = friday + HOUR;
    expect(await ask('BTCUSDT', horizon)).toBe(closeAt('BTCUSDT', horizon));
    expect(await ask('BTCUSDT', saturday + HOUR)).toBeUndefined();
  });

  it('is never a simulated one for a real forecast', async () => {
    const { ask } = world({ real: false, made: 'real' });
    expect(await ask('BTCUSDT', friday + HOUR)).toBeUndefined();
  });

  it('is none where the history has a hole at the horizon: a price of weeks later proves nothing', async () => {
    const { ask } = world({ now: saturday + 1_000 * DAY });
    expect(await ask('BTCUSDT', friday + HOUR)).toBeUndefined();
  });
});
