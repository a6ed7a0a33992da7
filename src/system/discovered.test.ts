import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { InstrumentDocument } from '../api/documents.ts';
import type { DecisionDocument } from '../domain/record.ts';
import { barsFile, cryptoHoursToNow, importPath } from '../testing/bars-file.ts';
import { type SystemWorld, systemWorld } from '../testing/system-world.ts';

// Each start makes an embedded database, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const filters = [
  { filterType: 'PRICE_FILTER', tickSize: '0.01000000' },
  { filterType: 'LOT_SIZE', minQty: '0.00100000', stepSize: '0.00100000' },
];
const coin = (base: string) => ({
  symbol: `${base}USDT`,
  status: 'TRADING',
  baseAsset: base,
  quoteAsset: 'USDT',
  filters,
});

/** A network on which only binance's list of markets answers, and only of three coins. */
const listing = (async (input: string | URL | Request) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const symbol = url.searchParams.get('symbol') ?? '';
  if (url.hostname !== 'data-api.binance.vision' || !url.pathname.endsWith('/exchangeInfo')) {
    throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } });
  }
  const known = ['TONUSDT', 'NEARUSDT', 'ATOMUSDT'].includes(symbol);
  const body = known ? { symbols: [coin(symbol.replace('USDT', ''))] } : { code: -1121, msg: 'Invalid symbol.' };
  return Response.json(body, { status: known ? 200 : 400 });
}) as typeof fetch;

const callTool = async (world: SystemWorld, server: string, name: string, args: object) => {
  const response = await world.system.fetch(
    new Request(`http://127.0.0.1/mcp/${server}`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${world.system.localToken}`, 'content-type': 'application/json' },
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
    }),
  );
  return response.text();
};

describe('an instrument that only a vendor lists', () => {
  let world: SystemWorld | undefined;
  afterAll(async () => {
    await world?.close();
    if (world) rmSync(world.dataDir, { recursive: true, force: true });
  });

  it('can be named at every door, and is there after a restart without a network', async () => {
    const first = await systemWorld({ fetch: listing });
    world = first;
    await first.post(importPath('TON/USDT'), barsFile(cryptoHoursToNow(700)));
    // Each door by itself may be the first that hears of one.
    expect(await callTool(first, 'market-data', 'get_clock', { symbol: 'NEAR-USDT' })).not.toContain('unknown_symbol');
    const resolved = await callTool(first, 'market-data', 'resolve_symbol', { symbol: 'ATOM_USDT' });
    expect(resolved).toContain('ATOMUSDT');
    const analysed = await first.post<DecisionDocument>('/api/analyze', { symbol: 'TONUSDT' });
    expect(analysed).toMatchObject({ symbol: 'TONUSDT', source: 'file' });
    const { instruments } = await first.get<{ instruments: InstrumentDocument[] }>(
      '/api/instruments?assetClass=crypto',
    );
    expect(instruments.slice(-3).map(({ symbol, tick }) => [symbol, tick])).toEqual([
      ['TONUSDT', '0.01'],
      ['NEARUSDT', '0.01'],
      ['ATOMUSDT', '0.01'],
    ]);
    expect(await first.ask('GET', '/api/instruments/resolve?symbol=NOPEUSDT')).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown_symbol' } },
    });
    await first.stop();

    const second = await systemWorld({ dataDir: first.dataDir });
    world = second;
    const again = await second.post<DecisionDocument>('/api/analyze', { symbol: 'ton-usdt' });
    expect(again).toMatchObject({ symbol: 'TONUSDT', source: 'file' });
    expect(await second.ask('GET', '/api/instruments/resolve?symbol=NEARUSDT')).toMatchObject({ status: 200 });
    expect(await second.ask('GET', '/api/instruments/resolve?symbol=DYDXUSDT')).toMatchObject({ status: 404 });
  });
});
