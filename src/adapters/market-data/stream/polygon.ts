import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import type { AssetClass, Instrument } from '../../../domain/instrument.ts';
import type { VendorEvent, VendorStream } from '../../../ports/stream.ts';
import { receivedBar, streamUrl, type VendorDeps } from '../vendor.ts';
import { branched } from './branches.ts';
import { type Feed, readList } from './feed.ts';
import { openSession, type SessionDeps } from './session.ts';

const Minute = {
  ...{ s: z.number(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() },
};
const t = z.number();
const i = z.union([z.number(), z.string()]).optional();
const Message = z.discriminatedUnion('ev', [
  z.looseObject({ ev: z.literal('status'), status: z.string(), message: z.string().default('') }),
  z.looseObject({ ev: z.literal('T'), sym: z.string(), p: z.number(), s: z.number(), t, i }),
  z.looseObject({ ev: z.literal('XT'), pair: z.string(), p: z.number(), s: z.number(), t, i }),
  z.looseObject({ ev: z.literal('Q'), sym: z.string(), bp: z.number(), ap: z.number(), t }),
  z.looseObject({ ev: z.literal('XQ'), pair: z.string(), bp: z.number(), ap: z.number(), t }),
  z.looseObject({ ev: z.literal('C'), p: z.string(), b: z.number(), a: z.number(), t }),
  z.looseObject({ ev: z.literal('AM'), sym: z.string(), ...Minute }),
  z.looseObject({ ev: z.literal('XA'), pair: z.string(), ...Minute }),
  z.looseObject({ ev: z.literal('CA'), pair: z.string(), ...Minute }),
]);
type Message = z.output<typeof Message>;

const channels = ['tick', 'quote', 'bar'] as const;

/** What is asked of each of its markets: trades where there are any, quotes, minutes. */
const clusters = { stocks: ['T', 'Q', 'AM'], forex: ['C', 'CA'], crypto: ['XT', 'XQ', 'XA'] } as const;
type Cluster = keyof typeof clusters;
const clusterOf: Partial<Record<AssetClass, Cluster>> = {
  ...{ fx: 'forex', metal: 'forex', crypto: 'crypto', equity: 'stocks', etf: 'stocks' },
};

/** Trades, quotes and minutes of shares, FX and crypto, each market on a connection of its own. */
export function openPolygon(
  deps: SessionDeps & Pick<VendorDeps, 'settings'>,
  codeOf: (instrument: Instrument) => string,
  listener: (event: VendorEvent) => void,
): VendorStream {
  const market = (cluster: Cluster) => (tell: typeof listener) =>
    openSession(polygonFeed(deps, cluster, codeOf), deps, tell);
  const markets = { stocks: market('stocks'), forex: market('forex'), crypto: market('crypto') };
  return branched(markets, ({ assetClass }) => clusterOf[assetClass] ?? 'stocks', channels, listener);
}

/** @see https://polygon.io/docs/websocket/quickstart */
const polygonFeed = (
  { clock, settings }: Pick<VendorDeps, 'clock' | 'settings'>,
  cluster: Cluster,
  codeOf: (instrument: Instrument) => string,
): Feed => ({
  vendor: 'polygon',
  channels,
  codeOf(instrument) {
    const { assetClass, symbol, base, quote } = instrument;
    const code = codeOf(instrument);
    if (clusterOf[assetClass] === undefined) throw new AppError('not_found', `polygon: no live prices of ${symbol}.`);
    return cluster === 'stocks' ? code : `${base}${cluster === 'forex' ? '/' : '-'}${quote}`;
  },
  address: () => ({ url: streamUrl(settings, 'POLYGON', `wss://socket.polygon.io/${cluster}`) }),
  signIn: () => JSON.stringify({ action: 'auth', params: settings.POLYGON_API_KEY }),
  subscription: {
    message: (action, codes) =>
      JSON.stringify({
        action,
        params: codes.flatMap((code) => clusters[cluster].map((kind) => `${kind}.${code}`)).join(','),
      }),
    batch: 100,
    // It answers once for each name in a message.
    answered: false,
    pace: { messages: 5, perMs: 1_000 },
  },
  mostCodes: 1_000,
  silenceMs: 45_000,
  secrets: [settings.POLYGON_API_KEY],
  reader: (heard) => {
    function tellStatus({ status, message }: Extract<Message, { ev: 'status' }>) {
      const reason = `polygon answered ${status}: ${message}.`;
      if (status === 'auth_success') heard.signedIn();
      else if (status === 'auth_failed') heard.refused(reason);
      else if (status === 'max_connections') heard.broken(reason);
      else if (status !== 'connected' && status !== 'success') heard.fault(reason);
    }

    function tellMarket(message: Exclude<Message, { ev: 'status' }>) {
      const symbol = heard.symbolOf(codeIn(message));
      if (symbol === undefined) return;
      const receiveTime = clock.now();
      const common = { symbol, receiveTime, source: 'polygon' };
      if (message.ev === 'T' || message.ev === 'XT') {
        const { p: price, s: size, t: eventTime, i } = message;
        const tick = { ...common, price, size, eventTime, ...(i === undefined ? {} : { id: String(i) }) };
        heard.tell({ kind: 'tick', tick });
      } else if (message.ev === 'Q' || message.ev === 'XQ' || message.ev === 'C') {
        const [bid, ask] = message.ev === 'C' ? [message.b, message.a] : [message.bp, message.ap];
        // A side that nobody quotes has a price of zero.
        if (!(bid > 0 && ask > 0)) return;
        heard.tell({ kind: 'quote', quote: { ...common, bid, ask, eventTime: message.t } });
      } else {
        const { s, o: open, h: high, l: low, c: close, v: volume } = message;
        const bar = receivedBar('1m', s, { open, high, low, close, volume }, receiveTime);
        heard.tell({ kind: 'bar', symbol, interval: '1m', bar, complete: true });
      }
    }

    return (bytes) =>
      readList(bytes, 'polygon', heard, (item) => {
        const message = Message.parse(item);
        if (message.ev === 'status') tellStatus(message);
        else tellMarket(message);
      });
  },
});

function codeIn(message: Exclude<Message, { ev: 'status' }>): string {
  if (message.ev === 'T' || message.ev === 'Q' || message.ev === 'AM') return message.sym;
  return message.ev === 'C' ? message.p : message.pair;
}
