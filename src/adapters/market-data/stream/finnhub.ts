import { z } from 'zod';
import type { Instrument } from '../../../domain/instrument.ts';
import { streamUrl, type VendorDeps } from '../vendor.ts';
import type { Feed } from './feed.ts';

const Message = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('trade'),
    data: z.array(z.looseObject({ s: z.string(), p: z.number(), t: z.number(), v: z.number() })),
  }),
  z.looseObject({ type: z.literal('ping') }),
  z.looseObject({ type: z.literal('error'), msg: z.string() }),
]);

/**
 * Last trades of shares, FX and crypto.
 * @see https://finnhub.io/docs/api/websocket-trades
 */
export const finnhubFeed = (
  { clock, settings }: Pick<VendorDeps, 'clock' | 'settings'>,
  codeOf: (instrument: Instrument) => string,
): Feed => ({
  vendor: 'finnhub',
  channels: ['tick'],
  codeOf,
  address: () => ({
    url: `${streamUrl(settings, 'FINNHUB', 'wss://ws.finnhub.io/')}?token=${encodeURIComponent(settings.FINNHUB_API_KEY ?? '')}`,
  }),
  subscription: {
    message: (action, [symbol]) => JSON.stringify({ type: action, symbol }),
    batch: 1,
    answered: false,
    pace: { messages: 20, perMs: 1_000 },
  },
  // The free plan's.
  mostCodes: 50,
  silenceMs: 60_000,
  secrets: [settings.FINNHUB_API_KEY],
  reader: (heard) => (bytes) => {
    const message = Message.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    if (message.type === 'error') {
      const reason = `finnhub answered: ${message.msg}.`;
      return /api key|token/i.test(message.msg) ? heard.refused(reason) : heard.fault(reason);
    }
    if (message.type === 'ping') return;
    const receiveTime = clock.now();
    for (const { s, p: price, t: eventTime, v: size } of message.data) {
      const symbol = heard.symbolOf(s);
      if (symbol === undefined) continue;
      heard.tell({ kind: 'tick', tick: { symbol, price, size, eventTime, receiveTime, source: 'finnhub' } });
    }
  },
});
