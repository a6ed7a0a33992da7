import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderBook } from '../../src/domain/order-book.ts';
import { SECOND } from '../../src/domain/time.ts';
import type { ToolDeps } from '../deps.ts';
import { mount } from '../shell.ts';
import { auth, connect, type TestClient } from '../testing/clients.ts';
import { options, readingDesk, type TestDesk } from '../testing/desk.ts';
import { marketDataServer } from './server.ts';

let desk: TestDesk;
let client: TestClient;
let shown: OrderBook | undefined;
let asked = 0;
beforeAll(async () => {
  desk = await readingDesk();
  const { marketData, live } = desk;
  const deps = {
    ...desk,
    live: { ...live, book: () => shown },
    marketData: {
      ...marketData,
      async book(symbol: string) {
        asked += 1;
        return symbol === 'BTCUSDT' ? book(desk.clock.now(), 'binance') : marketData.book(symbol, 20);
      },
    },
  };
  client = await connect(mount(marketDataServer, deps as unknown as ToolDeps, options), { as: auth('market:read') });
});
afterAll(() => desk.close());

/** Thirty levels a side, a dollar apart, one coin at each. */
function book(at: number, source: string): OrderBook {
  const levels = (direction: number) =>
    Array.from({ length: 30 }, (_, i) => [60_000 + direction * (0.5 + i), 1] as const);
  const times = { eventTime: at, receiveTime: at };
  return { symbol: 'BTCUSDT', bids: levels(-1), asks: levels(1), sequence: 7, source, ...times };
}

describe('get_order_book', () => {
  it('shows levels, spread, what rests near the mid, and the cost of a quantity', async () => {
    const asking = { symbol: 'BTC/USDT', limit: 2, quantity: '3' };
    const { structuredContent } = await client.call('get_order_book', asking);
    expect(structuredContent!.data).toMatchObject({
      symbol: 'BTCUSDT',
      bids: [
        [59_999.5, 1],
        [59_998.5, 1],
      ],
      asks: [
        [60_000.5, 1],
        [60_001.5, 1],
      ],
      mid: 60_000,
      spread: 1,
      depth: [
        { bps: 10, bids: 20, asks: 20 },
        { bps: 25, bids: 20, asks: 20 },
        { bps: 50, bids: 20, asks: 20 },
      ],
      impact: {
        buy: { filled: 3, complete: true, averagePrice: 60_001.5, worstPrice: 60_002.5, cost: 4.5 },
        sell: { averagePrice: 59_998.5, costBps: 0.25 },
      },
    });
    expect(structuredContent!.meta).toMatchObject({ source: 'binance', freshness: { stale: false } });
  });

  it('says when twenty levels do not hold the quantity, and never shows more than twenty', async () => {
    const { structuredContent } = await client.call('get_order_book', { symbol: 'BTCUSDT', limit: 20, quantity: '50' });
    const { bids, impact } = structuredContent!.data as { bids: unknown[]; impact: { buy: object } };
    expect(bids).toHaveLength(20);
    expect(impact.buy).toMatchObject({ filled: 20, complete: false });
    expect((await client.call('get_order_book', { symbol: 'BTCUSDT', limit: 21 })).error).toMatchObject({
      code: 'invalid_input',
    });
  });

  it('takes the book that is followed live while it is fresh, and asks for one when it is not', async () => {
    const before = asked;
    shown = book(desk.clock.now(), 'followed');
    const source = async () =>
      (await client.call('get_order_book', { symbol: 'BTCUSDT' })).structuredContent!.meta.source;
    expect(await source()).toBe('followed');
    shown = book(desk.clock.now() - 11 * SECOND, 'followed');
    expect(await source()).toBe('binance');
    expect(asked).toBe(before + 1);
  });

  it('has none to show where no vendor has one, and says what to do', async () => {
    const { error } = await client.call('get_order_book', { symbol: 'EURUSD' });
    expect(error).toMatchObject({ code: 'not_found', retryable: false });
    expect(error!.message).toContain('order book of EURUSD');
    expect(error!.hint).toContain('get_latest_quote');
  });
});
