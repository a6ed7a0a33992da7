import { contentHash } from '../journal/hash.ts';

/**
 * The same wish always has the same id, so that sending it twice is one order, at the broker too. `key` is the decision,
 * the cycle or the request that it comes from.
 */
export const clientOrderId = (of: {
  account: string;
  key: string;
  symbol: string;
  leg: 'entry' | 'stop' | 'target' | 'exit';
}) => `cl-${contentHash(of).slice(0, 32)}`;
