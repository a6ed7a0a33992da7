import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MINUTE, SECOND } from '../../src/domain/time.ts';
import type { ToolDeps } from '../deps.ts';
import { type McpMount, mount } from '../shell.ts';
import { auth } from '../testing/clients.ts';
import { options, readingDesk, type TestDesk } from '../testing/desk.ts';
import { marketDataServer } from './server.ts';

let desk: TestDesk;
let server: McpMount;
beforeAll(async () => {
  desk = await readingDesk();
  server = mount(marketDataServer, desk as unknown as ToolDeps, options);
});
afterAll(() => desk.close());

async function open(mode: 'auto' | 'legacy' = 'auto') {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://desk.test/mcp'), {
      fetch: (input, init) => server.fetch(new Request(input, init), auth('market:read')),
    }),
  );
  const changed: string[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void changed.push(params.uri));
  const read = async (uri: string) => {
    const { contents } = await client.readResource({ uri });
    return JSON.parse((contents[0] as { text: string }).text) as { data: Record<string, unknown>; meta: object };
  };
  return { client, changed, read };
}
const followers = () =>
  desk.live.status().flatMap(({ symbol, followers }) => (followers > 0 ? [`${symbol} ${followers}`] : []));

describe('market data as documents', () => {
  it('are what the tools answer, in any usual spelling', async () => {
    const { read, client } = await open();
    const { data, meta } = await read('market://bars/eurusd/1h');
    expect(data).toMatchObject({ symbol: 'EURUSD', interval: '1h' });
    expect((data.rows as unknown[]).length).toBe(60);
    expect(meta).toMatchObject({ simulated: true });
    expect((await read('market://quote/BTCUSDT')).data).toMatchObject({ symbol: 'BTCUSDT', bid: expect.any(Number) });
    await expect(read('market://quote/NOPE')).rejects.toThrow(/NOPE/);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map((each) => each.uriTemplate)).toEqual([
      'market://bars/{symbol}/{timeframe}',
      'market://quote/{symbol}',
    ]);
  });

  it('tell whoever subscribed of each change, at most once a second, until the last one leaves', async () => {
    const [one, two] = [await open(), await open()];
    const uri = 'market://quote/BTCUSDT';
    const subscriptions = [
      await one.client.listen({ resourceSubscriptions: [uri] }),
      await two.client.listen({ resourceSubscriptions: [uri, 'market://quote/NOPE'] }),
    ];
    await vi.waitFor(() => expect(followers()).toEqual(['BTCUSDT 1']));
    for (let i = 1; i <= 2; i++) {
      const before = two.changed.length;
      await desk.clock.advance(2 * SECOND);
      await vi.waitFor(() => expect(two.changed.length).toBe(before + 1));
    }
    await vi.waitFor(() => expect(one.changed.length).toBeGreaterThanOrEqual(two.changed.length));
    expect([...one.changed, ...two.changed].every((each) => each === uri)).toBe(true);
    await subscriptions[0]!.close();
    await vi.waitFor(() => expect(followers()).toEqual(['BTCUSDT 1']));
    await subscriptions[1]!.close();
    await vi.waitFor(() => expect(followers()).toEqual([]));
  });

  it('bars change when one of their length is complete', async () => {
    const { client, changed } = await open();
    const uris = ['market://bars/BTCUSDT/5m', 'market://bars/BTCUSDT/1m'];
    const subscription = await client.listen({ resourceSubscriptions: uris });
    await vi.waitFor(() => expect(followers()).toEqual(['BTCUSDT 2']));
    const times = (uri: string) => changed.filter((each) => each === uri).length;
    for (let minute = 1; minute <= 6; minute++) {
      await desk.clock.advance(MINUTE);
      // The bars are asked for three seconds after their end.
      await desk.clock.advance(3 * SECOND);
      await vi.waitFor(() => expect(times(uris[1]!)).toBe(minute));
    }
    expect(times(uris[0]!)).toBe(1);
    await subscription.close();
  });

  it('offer no subscription to the older era, which has no session to keep it in', async () => {
    const { client } = await open('legacy');
    expect(client.getServerCapabilities()?.resources).toMatchObject({ subscribe: false });
  });
});
