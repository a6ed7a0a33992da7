import { z } from 'zod';
import { baseUrl, decimalText, type VendorDeps, vendorCode } from '../vendor.ts';
import type { Feed } from './feed.ts';

const sides = z.array(z.looseObject({ price: decimalText }));
const Message = z.discriminatedUnion('type', [
  z.looseObject({
    ...{ type: z.literal('PRICE'), instrument: z.string(), bids: sides, asks: sides },
    time: z.string().transform(Date.parse).pipe(z.number()),
  }),
  z.looseObject({ type: z.literal('HEARTBEAT') }),
]);

/**
 * Prices of FX and metals of an OANDA account: a stream over HTTP whose instruments stand in its address. At most four
 * prices a second and instrument.
 * @see https://developer.oanda.com/rest-live-v20/pricing-ep/
 */
export const oandaFeed = ({ clock, settings }: Pick<VendorDeps, 'clock' | 'settings'>): Feed => ({
  vendor: 'oanda',
  channels: ['quote'],
  codeOf: (instrument) => vendorCode(instrument, 'oanda'),
  address: (codes) => ({
    url: `${streamBase(settings)}/v3/accounts/${settings.OANDA_ACCOUNT_ID}/pricing/stream?instruments=${codes.join('%2C')}`,
    headers: { authorization: `Bearer ${settings.OANDA_API_TOKEN}`, 'accept-datetime-format': 'RFC3339' },
  }),
  mostCodes: 100,
  // Its heart beats every five seconds.
  silenceMs: 15_000,
  secrets: [settings.OANDA_API_TOKEN, settings.OANDA_ACCOUNT_ID],
  reader: (heard) => (bytes) => {
    const message = Message.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    if (message.type === 'HEARTBEAT') return;
    const symbol = heard.symbolOf(message.instrument);
    const bid = message.bids[0]?.price;
    const ask = message.asks[0]?.price;
    // While a market is shut a side may be empty.
    if (symbol === undefined || bid === undefined || ask === undefined) return;
    const times = { eventTime: message.time, receiveTime: clock.now() };
    heard.tell({ kind: 'quote', quote: { symbol, bid, ask, ...times, source: 'oanda' } });
  },
});

/** Beside each of OANDA's hosts of requests stands one of streams; any other host serves both. */
const streamBase = (settings: VendorDeps['settings']) =>
  baseUrl(settings, 'OANDA', 'https://api-fxpractice.oanda.com').replace('://api-fx', '://stream-fx');
