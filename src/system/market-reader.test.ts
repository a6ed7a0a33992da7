import { describe, expect, it } from 'vitest';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { createMarketData } from '../adapters/market-data/chain.ts';
import { simulatedMarket } from '../adapters/market-data/simulated/provider.ts';
import type { Account } from '../domain/account.ts';
import { HOUR } from '../domain/time.ts';
import { applyFill } from '../portfolio/account.ts';
import { aFill, anAccount } from '../testing/builders.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryBars, memoryFetchedRanges, memoryQuotes } from '../testing/memory-bars.ts';
import { createMarketReader, type MarketReaderOptions } from './market-reader.ts';

/** A desk's reader on the simulated market, and the account as the tools of analysts find it. */
function world() {
  const clock = fakeClock();
  const held = { account: anAccount() };
  const reader = createMarketReader({
    marketData: createMarketData({
      providers: [simulatedMarket({ clock })],
      bars: memoryBars(),
      quotes: memoryQuotes(),
      fetched: memoryFetchedRanges(),
      clock,
      sessions: sessionCalendar,
      config: { chains: { fx: [], equity: [] } },
    }),
    sessions: sessionCalendar,
    stores: {
      news: { read: async () => [] },
      calendar: { read: async () => [] },
    } as never as MarketReaderOptions['stores'],
    clock,
    account: async () => held.account,
    refresh: async () => [],
    defaultInterval: async () => '1h',
  });
  /** Somebody else's order fills. */
  const fill = () => {
    const filled = applyFill(held.account, aFill({ symbol: 'AAPL', quantity: '20', price: '200' }));
    held.account = { ...filled, sequence: held.account.sequence + 1 };
  };
  return { clock, reader, held, fill };
}
const decide = ({ reader }: ReturnType<typeof world>, account: Account, asOf?: number) =>
  reader.market({ symbol: 'EURUSD', account, ...(asOf === undefined ? {} : { asOf }) });

describe('one decision', () => {
  it.each([
    ['live', undefined],
    ['of the past', fakeClock().now() - 5 * HOUR],
  ])('%s shows its analysts the market that risk judges, although an order fills meanwhile', async (_, asked) => {
    const desk = world();
    const { asOf, market } = await decide(desk, desk.held.account, asked);
    desk.fill();
    await desk.clock.advance(2_000);
    const seen = await desk.reader.situation({ symbol: 'EURUSD', interval: '1h', asOf });
    expect(seen.account.positions).toEqual([]);
    expect(seen.market).toEqual(market.instruments.EURUSD);
  });

  it('says which holding was made at another kind of prices, and how to close it', async () => {
    const desk = world();
    desk.fill();
    const { notices, simulated } = await desk.reader.market({ symbol: 'EURUSD', account: desk.held.account });
    expect(simulated).toBe(true);
    expect(notices.join(' ')).toContain('AAPL was bought or sold at real prices, and only simulated ones come now.');
  });

  it('after that begins with the account as it is by then', async () => {
    const desk = world();
    const asOf = desk.clock.now() - 5 * HOUR;
    await decide(desk, desk.held.account, asOf);
    desk.fill();
    expect(Object.keys((await decide(desk, desk.held.account, asOf)).market.instruments)).toEqual(['EURUSD', 'AAPL']);
    const seen = await desk.reader.situation({ symbol: 'EURUSD', interval: '1h', asOf });
    expect(seen.account.positions.map(({ symbol }) => symbol)).toEqual(['AAPL']);
  });
});
