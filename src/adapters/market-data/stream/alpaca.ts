import { z } from 'zod';
import type { VendorStream } from '../../../ports/stream.ts';
import { receivedBar, streamUrl, type VendorDeps, vendorCode } from '../vendor.ts';
import { branched } from './branches.ts';
import { type Feed, readList } from './feed.ts';
import { openSession, type SessionDeps } from './session.ts';

const time = z.string().transform(Date.parse).pipe(z.number());
const Bar = { S: z.string(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number(), t: time };
const Message = z.discriminatedUnion('T', [
  z.looseObject({ T: z.literal('success'), msg: z.string() }),
  z.looseObject({ T: z.literal('subscription') }),
  z.looseObject({ T: z.literal('error'), code: z.number(), msg: z.string() }),
  z.looseObject({
    ...{ T: z.literal('t'), S: z.string(), p: z.number(), s: z.number(), t: time },
    ...{ i: z.union([z.number(), z.string()]).optional(), tks: z.string().optional() },
  }),
  z.looseObject({ T: z.literal('q'), S: z.string(), bp: z.number(), ap: z.number(), t: time }),
  z.looseObject({ T: z.literal('b'), ...Bar }),
  z.looseObject({ T: z.literal('u'), ...Bar }),
]);

const channels = ['tick', 'quote', 'bar'] as const;
const sides: Record<string, 'buy' | 'sell'> = { B: 'buy', S: 'sell' };

/** Errors after which there is no use in trying again: the keys, or what the plan does not hold. */
const REFUSALS = [402, 409];
/** Errors of one request: what was asked before goes on. */
const FAULTS = [400, 405, 410];

/**
 * Trades, quotes and minutes of US shares and of crypto, each on a connection of its own. Shares come from IEX, which
 * needs no subscription, or with ALPACA_FEED=sip from all exchanges.
 */
export function openAlpaca(
  deps: SessionDeps & Pick<VendorDeps, 'settings'>,
  listener: Parameters<typeof openSession>[2],
): VendorStream {
  const shares = deps.settings.ALPACA_FEED === 'sip' ? 'v2/sip' : 'v2/iex';
  const branches = {
    shares: (tell: typeof listener) => openSession(alpacaFeed(deps, shares), deps, tell),
    crypto: (tell: typeof listener) => openSession(alpacaFeed(deps, 'v1beta3/crypto/us'), deps, tell),
  };
  return branched(branches, ({ assetClass }) => (assetClass === 'crypto' ? 'crypto' : 'shares'), channels, listener);
}

/**
 * A minute that late trades changed comes again, complete as well.
 * @see https://docs.alpaca.markets/docs/streaming-market-data
 */
const alpacaFeed = ({ clock, settings }: Pick<VendorDeps, 'clock' | 'settings'>, path: string): Feed => ({
  vendor: 'alpaca',
  channels,
  codeOf: (instrument) => vendorCode(instrument, 'alpaca'),
  address: () => ({ url: streamUrl(settings, 'ALPACA', `wss://stream.data.alpaca.markets/${path}`) }),
  signIn: () => JSON.stringify({ action: 'auth', key: settings.ALPACA_API_KEY, secret: settings.ALPACA_API_SECRET }),
  subscription: {
    message: (action, codes) =>
      JSON.stringify({ action, trades: codes, quotes: codes, bars: codes, updatedBars: codes }),
    // The frames of clients are capped at 16 kB.
    batch: 200,
    answered: true,
    pace: { messages: 5, perMs: 1_000 },
  },
  // The free plan serves fewer, and says so.
  mostCodes: 2_000,
  silenceMs: 45_000,
  secrets: [settings.ALPACA_API_KEY, settings.ALPACA_API_SECRET],
  reader: (heard) => (bytes) =>
    readList(bytes, 'alpaca', heard, (item) => {
      // Corrections, cancellations and halts come unasked.
      if (['c', 'x', 's', 'l', 'i'].includes((item as { T?: string } | null)?.T ?? '')) return;
      const message = Message.parse(item);
      if (message.T === 'success') return message.msg === 'authenticated' ? heard.signedIn() : undefined;
      if (message.T === 'subscription') return heard.acknowledged();
      if (message.T === 'error') {
        const reason = `alpaca answered ${message.code}: ${message.msg}.`;
        if (REFUSALS.includes(message.code)) return heard.refused(reason);
        if (!FAULTS.includes(message.code)) return heard.broken(reason);
        heard.fault(reason);
        return heard.acknowledged();
      }
      const symbol = heard.symbolOf(message.S);
      if (symbol === undefined) return;
      const receiveTime = clock.now();
      if (message.T === 't') {
        const { p: price, s: size, t: eventTime, i, tks } = message;
        const side = tks === undefined ? undefined : sides[tks];
        const known = { ...(side ? { side } : {}), ...(i === undefined ? {} : { id: String(i) }) };
        heard.tell({ kind: 'tick', tick: { symbol, price, size, eventTime, receiveTime, source: 'alpaca', ...known } });
      } else if (message.T === 'q') {
        const { bp: bid, ap: ask, t: eventTime } = message;
        // A side that nobody quotes has a price of zero.
        if (!(bid > 0 && ask > 0)) return;
        heard.tell({ kind: 'quote', quote: { symbol, bid, ask, eventTime, receiveTime, source: 'alpaca' } });
      } else {
        const { o: open, h: high, l: low, c: close, v: volume, t } = message;
        const bar = receivedBar('1m', t, { open, high, low, close, volume }, receiveTime);
        heard.tell({ kind: 'bar', symbol, interval: '1m', bar, complete: true });
      }
    }),
});
