import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorDocument } from '../../api/documents.ts';
import type { DecisionDocument } from '../../domain/record.ts';
import { systemWorld } from '../system-world.ts';
import { openStandIn, type StandInServer } from './server.ts';

let standIn: StandInServer;
beforeAll(async () => {
  standIn = await openStandIn({ now: Date.now });
});
afterAll(() => standIn.close());

/** Only the stand-in can be reached. */
const alone: typeof fetch = (input, init) => {
  const { href } = new URL(input instanceof Request ? input.url : input);
  if (!href.startsWith(standIn.url)) throw new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } });
  return fetch(input, init);
};

/** A desk with the keys of one vendor, which is asked alone. */
const deskOn = (vendor: string, assetClass: string) =>
  systemWorld({ env: standIn.environment(vendor), yaml: `chains: { ${assetClass}: [${vendor}] }`, fetch: alone });

const trials = [
  ['alpaca', 'equity', 'AAPL'],
  ['oanda', 'fx', 'EURUSD'],
  ['binance', 'crypto', 'BTCUSDT'],
] as const;

describe('a desk on a stand-in of', () => {
  it.each(trials)(
    '%s, for %s, decides on its fresh bars and knows that it answers',
    async (vendor, assetClass, symbol) => {
      const desk = await deskOn(vendor, assetClass);
      try {
        const decision = await desk.post<DecisionDocument>('/api/analyze', { symbol });
        expect(decision).toMatchObject({ symbol, source: vendor });
        expect([decision.simulated, decision.quality.stale]).toEqual([undefined, false]);
        const { checks } = await desk.get<DoctorDocument>('/api/doctor');
        const line = checks.find(({ name }) => name === `data ${vendor}`);
        expect(line).toMatchObject({ state: 'on', text: expect.stringContaining('last answer') });
      } finally {
        await desk.close();
      }
    },
  );
});
