import type { Vendor } from '../adapters/market-data/vendor.ts';
import { openSocket } from '../adapters/socket.ts';
import type { OpenVendorStream } from '../ports/stream.ts';
import { fakeClock } from './fake-clock.ts';
import { vendorDeps } from './vendor-bench.ts';
import { eventLog, vendorSocket } from './vendor-socket.ts';

/** A vendor's feed on a clock that only a test moves, towards a stand-in on this machine. */
export async function feedBench(
  vendor: Vendor,
  settings: Record<string, string> = {},
  options: Parameters<typeof vendorSocket>[0] = {},
) {
  const server = await vendorSocket(options);
  const clock = fakeClock();
  const log = eventLog();
  const name = vendor(vendorDeps(0)).name.toUpperCase();
  const deps = { ...vendorDeps(clock.now(), { ...settings, [`${name}_BASE_URL`]: server.url }), clock, openSocket };
  const stream = (vendor(deps).stream as OpenVendorStream)(log.listener);
  return {
    ...{ server, clock, log, stream },
    async close() {
      await stream.close();
      await server.close();
    },
  };
}
