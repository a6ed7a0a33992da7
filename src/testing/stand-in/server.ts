import { type VendorAnswer, vendorServer } from '../vendor-server.ts';
import { type StandInMarket, standInMarket } from './market.ts';
import type { StandIn, StandInWorld } from './stand-in.ts';
import { standIns } from './vendors.ts';

const failures = ['500', 'html', '429', 'none'] as const;
type Failure = (typeof failures)[number];

export interface StandInServer {
  url: string;
  /** `<vendor> <path>` of each request so far. */
  requests(): string[];
  /** Environment lines that point a desk here: of all vendors, or of those named. */
  environment(...names: string[]): Record<string, string>;
  fail(vendor: string, failure: Failure): void;
  close(): Promise<void>;
}

/** Vendors on this machine under `/<vendor>`. `/control/<vendor>?fail=500|html|429|none` makes one fail. */
export async function openStandIn({ now, port }: { now: () => number; port?: number }): Promise<StandInServer> {
  const markets = Object.fromEntries(
    (['AAPL', 'EURUSD', 'BTCUSD'] as const).map((symbol) => [symbol, standInMarket(symbol, now)]),
  ) as Record<string, StandInMarket>;
  const failing = new Map<string, Failure>();
  const world = (): StandInWorld => ({
    now: now(),
    market: (code = '') => markets[code.replace(/^.*:|=X$|[^A-Z]/g, '').replace('USDT', 'USD')],
  });

  const server = await vendorServer((path, query, headers) => {
    const [, name = '', rest = ''] = /^\/(\w+)(\/.*)?$/.exec(path) ?? [];
    if (name === 'control') return control(rest.slice(1), query.fail);
    const vendor = standIns.find((each) => each.name === name);
    if (!vendor) return undefined;
    const failure = failed(vendor, failing.get(name));
    if (failure) return failure;
    const request = { path: rest, query, headers };
    if (!vendor.mayAsk(request)) return vendor.refusal;
    return vendor.answer(request, world()) ?? vendor.unknown;
  }, port);

  function control(name: string, failure: string | undefined): VendorAnswer {
    const known = standIns.some((each) => each.name === name) && failures.some((each) => each === failure);
    if (!known) {
      const names = standIns.map((each) => each.name).join('|');
      return { status: 400, body: `Ask for /control/${names}?fail=${failures.join('|')}\n` };
    }
    failing.set(name, failure as Failure);
    return { body: `${name}: ${failure === 'none' ? 'answers again' : `fails with ${failure}`}\n` };
  }

  return {
    url: server.url,
    requests: () => server.requests.map(({ path }) => path.slice(1).replace('/', ' /')),
    environment(...names) {
      const wanted = standIns.filter(({ name }) => names.length === 0 || names.includes(name));
      return Object.fromEntries(
        wanted.flatMap(({ name, keys }) => [
          [`${name.toUpperCase()}_BASE_URL`, `${server.url}/${name}`],
          ...Object.entries(keys),
        ]),
      );
    },
    fail: (vendor, failure) => failing.set(vendor, failure),
    close: server.close,
  };
}

function failed(vendor: StandIn, failure: Failure | undefined): VendorAnswer | undefined {
  if (failure === '500') return { status: 500, body: 'Internal Server Error' };
  if (failure === '429') return vendor.limit;
  if (failure === 'html') {
    const headers = { 'content-type': 'text/html' };
    return { headers, body: '<!doctype html><title>Just a moment</title><p>Please accept our terms.</p>' };
  }
  return undefined;
}
