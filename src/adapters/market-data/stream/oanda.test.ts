import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { requireInstrument } from '../../../domain/instruments.ts';
import { fakeClock } from '../../../testing/fake-clock.ts';
import { needsShared, sharedJson } from '../../../testing/shared.ts';
import { vendorDeps } from '../../../testing/vendor-bench.ts';
import { eventLog } from '../../../testing/vendor-socket.ts';
import { oanda } from '../oanda.ts';

const price = {
  ...{ type: 'PRICE', instrument: 'EUR_USD', time: '2016-10-27T08:38:45.664613867Z', status: 'tradeable' },
  bids: [
    { price: '1.09177', liquidity: 10000000 },
    { price: '1.09175', liquidity: 10000000 },
  ],
  asks: [
    { price: '1.09188', liquidity: 10000000 },
    { price: '1.09190', liquidity: 10000000 },
  ],
};
const heartbeat = { type: 'HEARTBEAT', time: '2016-10-27T08:38:44.327443673Z' };
const line = (message: unknown) => `${JSON.stringify(message)}\n`;

describe("OANDA's feed", () => {
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  /** A stand-in that holds its answers open, so that the test writes them. */
  async function streaming(status = 200) {
    const calls: { url: string; authorization: string | undefined; response: ServerResponse }[] = [];
    const waiting: (() => void)[] = [];
    const server = createServer((request, response) => {
      calls.push({ url: request.url ?? '', authorization: request.headers.authorization, response });
      response.writeHead(status, { 'content-type': 'application/octet-stream' });
      if (status === 200) response.flushHeaders();
      else response.end(JSON.stringify({ errorMessage: 'Insufficient authorization of tok3n' }));
      waiting.shift()?.();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const clock = fakeClock();
    const log = eventLog();
    const settings = {
      ...{ OANDA_API_TOKEN: 'tok3n', OANDA_ACCOUNT_ID: '101-004-1' },
      OANDA_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
    const stream = oanda({ ...vendorDeps(0, settings), clock }).stream!(log.listener);
    open.push(
      () => stream.close(),
      () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
    );
    let taken = 0;
    const next = async () => {
      if (calls.length <= taken) await new Promise<void>((resolve) => waiting.push(resolve));
      return calls[taken++]!;
    };
    const follow = (...symbols: string[]) => stream.follow(symbols.map((symbol) => requireInstrument(symbol)));
    return { clock, log, next, follow };
  }

  it('asks for the prices of all that is followed, with the token in a header', async () => {
    const { next, follow, log } = await streaming();
    follow('EURUSD', 'XAUUSD');
    const { url, authorization } = await next();
    expect(url).toBe('/v3/accounts/101-004-1/pricing/stream?instruments=EUR_USD%2CXAU_USD');
    expect(authorization).toBe('Bearer tok3n');
    await log.next('up');
  });

  it('tells the best bid and ask, however the lines are cut on the way', async () => {
    const { next, follow, log, clock } = await streaming();
    follow('EURUSD');
    const { response } = await next();
    const text = line(heartbeat) + line({ ...price, bids: [] }) + line(price);
    response.write(text.slice(0, 40));
    await log.next('up');
    response.write(text.slice(40, -20));
    response.write(text.slice(-20));
    expect((await log.next('quote')).quote).toEqual({
      ...{ symbol: 'EURUSD', bid: 1.09177, ask: 1.09188, source: 'oanda' },
      ...{ eventTime: Date.UTC(2016, 9, 27, 8, 38, 45, 664), receiveTime: clock.now() },
    });
    expect(log.events.map((event) => event.kind)).toEqual(['up', 'quote']);
  });

  it('opens the stream anew when other symbols are followed', async () => {
    const { next, follow, log, clock } = await streaming();
    follow('EURUSD');
    await next();
    await log.next('up');
    follow('USDJPY');
    expect(await log.next('down')).toMatchObject({ reason: 'oanda is opened anew for other symbols.' });
    await clock.advance(1_000);
    expect((await next()).url).toContain('instruments=EUR_USD%2CUSD_JPY');
    await log.next('up');
  });

  it('tries again when its heart stops or the stream ends', async () => {
    const { next, follow, log, clock } = await streaming();
    follow('EURUSD');
    await next();
    await log.next('up');
    await clock.advance(15_000);
    const { retryInMs, reason } = await log.next('down');
    expect(reason).toBe('oanda was silent for 15 s.');
    await clock.advance(retryInMs);
    const second = await next();
    await log.next('up');
    second.response.end();
    expect((await log.next('down')).reason).toBe('oanda closed the connection (1000).');
  });

  it('ends for good when the token is refused, and never names it', async () => {
    const { follow, log } = await streaming(401);
    follow('EURUSD');
    expect(await log.next('refused')).toEqual({ kind: 'refused', reason: 'oanda refused the key (401).' });
  });

  const file = ['fixtures', 'oanda', 'pricing__v3_accounts_accountID_pricing_stream.json'] as const;
  it.skipIf(!needsShared("OANDA's recorded prices", ...file))('reads the recorded stream', async () => {
    const { next, follow, log } = await streaming();
    follow('EURUSD', 'EURJPY');
    const { response } = await next();
    for (const message of sharedJson<{ response: unknown[] }>(...file).response) response.write(line(message));
    const quotes = [await log.next('quote'), await log.next('quote'), await log.next('quote')];
    expect(quotes.map(({ quote: { symbol, bid, ask } }) => [symbol, bid, ask])).toEqual([
      ['EURJPY', 114.295, 114.312],
      ['EURUSD', 1.09177, 1.09188],
      ['EURJPY', 114.298, 114.315],
    ]);
    expect(log.events.map((event) => event.kind)).not.toContain('fault');
  });
});
