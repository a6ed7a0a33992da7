import { createRegistry } from './instrument-registry.ts';
import { instruments } from './instrument-seed.ts';

export { editDistance } from './instrument-registry.ts';
export { instruments } from './instrument-seed.ts';

/** What every desk knows from the start; a desk's own registry may hold more, from vendors' listings. */
export const { of: instrumentOf, resolve: resolveInstrument, require: requireInstrument } = createRegistry(instruments);
