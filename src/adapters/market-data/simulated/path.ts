/**
 * Random walks that can be entered anywhere. A factor's path over minute indices 0 to 2^26 is laid by midpoint
 * displacement from a hash of (seed, midpoint): any block costs only itself and sixteen points above it, and the same
 * minute has the same value whatever range was asked for.
 */
export const BLOCK = 1024;
const ROOT = 2 ** 26;

/** 32 well-mixed bits from three integers. */
export function hash(seed: number, a: number, b: number): number {
  let x = (seed ^ Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  x ^= x >>> 15;
  x = Math.imul(x ^ (x >>> 13), 0x2c1b3c6d);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A seed from text, e.g. the name of a factor. */
export function hashText(seed: number, text: string): number {
  let x = seed >>> 0;
  for (const character of text) x = hash(x, character.codePointAt(0)!, 7);
  return x;
}

/** Uniform in (0, 1) from 32 bits, never an end point. */
export const uniform = (bits: number) => (bits + 0.5) / 4294967296;

// A logistic draw of unit variance: tails as fat as a price's.
const LOGISTIC = Math.sqrt(3) / Math.PI;
const draw = (bits: number) => {
  const u = uniform(bits);
  return LOGISTIC * Math.log(u / (1 - u));
};

export interface Factor {
  name: string;
  seed: number;
  /** Standard deviation of one minute's log return. */
  sigma: number;
  /** Minutes of the index in one year. */
  yearMinutes: number;
  /** Relative activity at a minute index, about 1 on average. */
  activity(index: number): number;
}

/** How far the middle of a span of `length` minutes may stray from the line between its ends. */
function displacement(factor: Factor, length: number, middle: number): number {
  // Beyond a year the walk is pulled back, so that a price keeps its order of magnitude.
  const reach = length <= factor.yearMinutes ? Math.sqrt(length) : factor.yearMinutes / Math.sqrt(length);
  const scale = length <= 128 ? factor.activity(middle) : swing(factor, length, middle);
  return 0.5 * factor.sigma * reach * scale * draw(hash(factor.seed, middle, length));
}

/** Regimes: spans of days and weeks move more in some quarters than in others. */
function swing(factor: Factor, length: number, middle: number): number {
  const quarter = Math.floor(middle / (factor.yearMinutes / 4));
  return 0.75 + 0.5 * uniform(hash(factor.seed, quarter, Math.round(Math.log2(length)) + 900));
}

function pointAt(factor: Factor, index: number): number {
  let low = 0;
  let high = ROOT;
  let atLow = 0;
  let atHigh = 0;
  if (index <= 0 || index >= ROOT) return 0;
  while (high - low > 1) {
    const middle = (low + high) / 2;
    const value = (atLow + atHigh) / 2 + displacement(factor, high - low, middle);
    if (middle === index) return value;
    if (index < middle) {
      high = middle;
      atHigh = value;
    } else {
      low = middle;
      atLow = value;
    }
  }
  return atLow;
}

/** Log values at minutes block × BLOCK to (block + 1) × BLOCK, both ends included. */
export function pathBlock(factor: Factor, block: number): Float64Array {
  const values = new Float64Array(BLOCK + 1);
  const start = block * BLOCK;
  values[0] = pointAt(factor, start);
  values[BLOCK] = pointAt(factor, start + BLOCK);
  for (let length = BLOCK; length > 1; length /= 2) {
    const half = length / 2;
    for (let at = half; at < BLOCK; at += length) {
      values[at] = (values[at - half]! + values[at + half]!) / 2 + displacement(factor, length, start + at);
    }
  }
  return values;
}
