import { createHttp } from '../adapters/http.ts';
import type { Vendor } from '../adapters/market-data/vendor.ts';
import { openSocket } from '../adapters/socket.ts';
import { requireInstrument } from '../domain/instruments.ts';
import { type Interval, parseTime } from '../domain/time.ts';
import { hastyClock } from './fake-clock.ts';
import type { ProviderBench } from './market-data-contract.ts';
import { type VendorAnswer, vendorServer } from './vendor-server.ts';

export interface VendorRecording {
  vendor: Vendor;
  symbol: string;
  interval: Interval;
  from: string;
  to: string;
  /** `to` when absent. */
  now?: string;
  /** Keys of the vendor; its address is filled in. */
  settings?: Record<string, string>;
  answer: (path: string, query: Record<string, string>) => VendorAnswer | undefined;
}

/** What every adapter needs, on a clock that stands still and a deadline that never comes. */
export function vendorDeps(now: number, settings: Record<string, string | undefined> = {}) {
  const clock = { ...hastyClock(now), now: () => now };
  const patient = {
    ...clock,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  };
  const random = { next: () => 0.5 };
  return { clock, http: createHttp({ clock: patient, random, fetch }), fetch, openSocket, random, settings };
}

/** A vendor's adapter against a stand-in on this machine that answers with recorded payloads. */
export async function replayVendor({ vendor, symbol, interval, from, to, now, settings, answer }: VendorRecording) {
  let failing = false;
  const server = await vendorServer((path, query) =>
    failing ? { status: 400, body: { secret: 'x' } } : answer(path, query),
  );
  const name = vendor(vendorDeps(0)).name.toUpperCase();
  const provider = vendor(vendorDeps(parseTime(now ?? to), { [`${name}_BASE_URL`]: server.url, ...settings }));
  const bench: ProviderBench = {
    provider,
    instrument: requireInstrument(symbol),
    interval,
    from: parseTime(from),
    to: parseTime(to),
    fail: () => {
      failing = true;
    },
    close: server.close,
  };
  return { ...bench, server };
}
