import { toNumber } from '../../../domain/decimal.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { MINUTE, type Timestamp } from '../../../domain/time.ts';
import { activity, minuteIndex, yearMinutes } from './minutes.ts';
import { BLOCK, type Factor, hash, hashText, pathBlock, uniform } from './path.ts';
import { type Recipe, recipeOf } from './recipes.ts';

/** One instrument's minutes, block by block. Prices are logarithms until a bar is finished. */
export interface MinuteBlock {
  /** BLOCK + 1 values: minute i opens at [i] and closes at [i + 1]. */
  level: Float64Array;
  high: Float64Array;
  low: Float64Array;
  volume: Float64Array;
}

export interface World {
  has(instrument: Instrument): boolean;
  block(instrument: Instrument, block: number): MinuteBlock;
  /** Log price at a moment inside a session, between the minute's open and close. */
  levelAt(instrument: Instrument, at: Timestamp): number;
  /** A log price as a price on the instrument's tick. */
  price(instrument: Instrument, level: number): number;
}

// Levels of the recipes hold here.
const REFERENCE = Date.UTC(2025, 5, 18, 14);
/** Kept blocks: about 10 MB of them. */
const KEPT = 300;

/** The simulated market of a seed: the same world on every machine, for every question, in any order. */
export function simulatedWorld(seed: number): World {
  const recipes = new Map<string, Recipe | undefined>();
  const blocks = new Map<string, MinuteBlock>();
  const factorBlocks = new Map<string, Float64Array>();

  const recipe = (instrument: Instrument) => {
    if (!recipes.has(instrument.symbol)) recipes.set(instrument.symbol, recipeOf(instrument));
    return recipes.get(instrument.symbol);
  };

  const factorBlock = (instrument: Instrument, { name, volatility }: Recipe['factors'][number], block: number) => {
    const { calendar } = instrument;
    // A currency's future follows the same walk as its spot pair.
    const market = calendar === 'cme-fx' ? 'fx' : calendar;
    const perYear = yearMinutes(calendar);
    const factor: Factor = {
      name,
      seed: hashText(seed, `${market}:${name}`),
      sigma: volatility / Math.sqrt(perYear),
      yearMinutes: perYear,
      activity: activity(calendar),
    };
    return remember(factorBlocks, `${market}:${name}:${block}`, () => pathBlock(factor, block));
  };

  const block = (instrument: Instrument, number: number) =>
    remember(blocks, `${instrument.symbol}:${number}`, () => {
      const { level, drift, factors, volume } = recipe(instrument)!;
      const paths = factors.map((factor) => factorBlock(instrument, factor, number));
      return layBlock(instrument, { level, drift, factors, volume }, paths, number, seed);
    });

  return {
    has: (instrument) => recipe(instrument) !== undefined,
    block,
    levelAt(instrument, at) {
      const index = minuteIndex(instrument.calendar, at);
      const { level } = block(instrument, Math.floor(index / BLOCK));
      const within = index % BLOCK;
      const part = (at % MINUTE) / MINUTE;
      return level[within]! + (level[within + 1]! - level[within]!) * part;
    },
    price(instrument, level) {
      const tick = toNumber(instrument.tick);
      if (tick > 1) return Math.max(1, Math.round(Math.exp(level) / tick)) * tick;
      // Divided by a whole number, a price has no noise behind its last decimal.
      const perUnit = Math.round(1 / tick);
      return Math.max(1, Math.round(Math.exp(level) * perUnit)) / perUnit;
    },
  };
}

function layBlock(instrument: Instrument, recipe: Recipe, paths: Float64Array[], number: number, seed: number) {
  const { calendar } = instrument;
  const perYear = yearMinutes(calendar);
  const start = number * BLOCK;
  const reference = minuteIndex(calendar, REFERENCE);
  const level = new Float64Array(BLOCK + 1);
  for (let i = 0; i <= BLOCK; i++) {
    let sum = Math.log(recipe.level) + (recipe.drift * (start + i - reference)) / perYear;
    for (let j = 0; j < paths.length; j++) sum += recipe.factors[j]!.weight * paths[j]![i]!;
    level[i] = sum;
  }
  const high = new Float64Array(BLOCK);
  const low = new Float64Array(BLOCK);
  const volume = new Float64Array(BLOCK);
  const own = hashText(seed, instrument.symbol);
  const variance = recipe.factors.reduce((sum, each) => sum + (each.weight * each.volatility) ** 2, 0);
  const sigma = Math.sqrt(variance / perYear);
  for (let i = 0; i < BLOCK; i++) {
    const bits = hash(own, start + i, 3);
    const busy = activity(calendar)(start + i);
    const up = (bits >>> 16) / 65536;
    const down = (bits & 0xffff) / 65536;
    const open = level[i]!;
    const close = level[i + 1]!;
    high[i] = Math.max(open, close) + sigma * busy * up * up;
    low[i] = Math.min(open, close) - sigma * busy * down * down;
    const moved = Math.min(4, Math.abs(close - open) / sigma);
    volume[i] = recipe.volume * busy * busy * (0.4 + 0.6 * moved) * (0.5 + uniform(hash(own, start + i, 5)));
  }
  return { level, high, low, volume };
}

/** A small cache that forgets what was used longest ago. */
function remember<T>(kept: Map<string, T>, key: string, make: () => T): T {
  const known = kept.get(key);
  if (known !== undefined) {
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const made = make();
  kept.set(key, made);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return made;
}
