import { type Instrument, isCurrencyPair } from '../domain/instrument.ts';
import type { EconomicEvent } from '../domain/news.ts';
import { DAY, HOUR, type Timestamp } from '../domain/time.ts';
import { currencyEffects } from './currencies.ts';

const LOOKBACK = 30 * DAY;
const HALF_LIFE = 5 * DAY;
const AHEAD = 7 * DAY;
/** Weight that imagined releases without a surprise have, so that one release is not a verdict. */
const DOUBT = 0.5;
/** Misses of the same release that make its own scale. */
const SCALE_CASES = 3;

const impactWeight = { high: 1, medium: 0.5, low: 0.2 } as const;

/** A rise of these is bad for the currency. */
const inverted = /unemployment|jobless|claims|bankruptc|layoff|job cuts|delinquen/i;
/** These say nothing of a currency. */
const silent = /inventor|stockpile|auction|speaks|speech|minutes|holiday/i;
const policyRate =
  /(?:rate decision|interest rate|policy rate|refinancing rate|funds rate|cash rate|bank rate|deposit facility)/i;

/** What releases say about the price, as of a moment. */
export interface EconomyReading {
  /** Releases of the last 30 days with forecast and actual, of currencies that matter here. */
  releases: number;
  /** Decayed, weighted surprise per currency, -1 to 1; only currencies with a release. */
  surprises: Record<string, number>;
  /** The same with each currency's effect on the price, -1 to 1; null without releases. */
  balance: number | null;
  last: EconomicEvent | null;
  /** The next release of high impact within a week. */
  next: { event: EconomicEvent; hours: number } | null;
  /** Policy rates last decided, in per cent. */
  rates: Record<string, number>;
  /** Base rate less quote rate in percentage points, where both are known. */
  carry: number | null;
}

/** Reads what was released and what is due. `events` must already be cut to asOf. Pure. */
export function readEconomy(events: readonly EconomicEvent[], instrument: Instrument, asOf: Timestamp): EconomyReading {
  const effects = currencyEffects(instrument);
  const released = events
    .filter((event) => event.eventTime <= asOf && event.actual !== undefined)
    .sort((a, b) => a.eventTime - b.eventTime || (a.id < b.id ? -1 : 1));
  const judged = released.filter(
    (event) => event.forecast !== undefined && event.eventTime > asOf - LOOKBACK && !silent.test(event.name),
  );
  const surprises: Record<string, number> = {};
  for (const { currency } of effects) {
    const own = judged.filter((event) => event.currency === currency);
    if (own.length === 0) continue;
    const weights = own.map((event) => impactWeight[event.impact] * 2 ** (-(asOf - event.eventTime) / HALF_LIFE));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    surprises[currency] =
      own.reduce((sum, event, i) => sum + weights[i]! * surpriseOf(event, released), 0) / (total + DOUBT);
  }
  const balance =
    judged.length === 0
      ? null
      : effects.reduce((sum, { currency, effect }) => sum + (surprises[currency] ?? 0) * effect, 0);
  const rates: Record<string, number> = {};
  for (const event of released) if (policyRate.test(event.name)) rates[event.currency] = event.actual!;
  const [base, quote] = effects;
  const bothKnown = isCurrencyPair(instrument) && base && quote && base.currency in rates && quote.currency in rates;
  const next = events
    .filter((event) => event.impact === 'high' && event.eventTime > asOf && event.eventTime <= asOf + AHEAD)
    .sort((a, b) => a.eventTime - b.eventTime || (a.id < b.id ? -1 : 1))[0];
  return {
    releases: judged.length,
    surprises,
    balance: balance === null ? null : Math.max(-1, Math.min(1, balance)),
    last: judged.at(-1) ?? null,
    next: next ? { event: next, hours: (next.eventTime - asOf) / HOUR } : null,
    rates,
    carry: bothKnown ? rates[base.currency]! - rates[quote.currency]! : null,
  };
}

/** Actual against forecast in the release's own usual miss, squeezed into -1 to 1; good for the currency is positive. */
function surpriseOf(event: EconomicEvent, released: readonly EconomicEvent[]): number {
  const miss = event.actual! - event.forecast!;
  if (miss === 0) return 0;
  const before = released.filter(
    (past) =>
      past.name === event.name &&
      past.currency === event.currency &&
      past.forecast !== undefined &&
      past.eventTime < event.eventTime,
  );
  const usual =
    before.length >= SCALE_CASES
      ? Math.sqrt(before.reduce((sum, past) => sum + (past.actual! - past.forecast!) ** 2, 0) / before.length)
      : 0;
  // Without a record of its own: a tenth of what was expected is a surprise.
  const scale = usual > 0 ? usual : Math.max(Math.abs(event.forecast!) * 0.1, Math.abs(miss) * 0.1);
  return Math.tanh(miss / scale) * (inverted.test(event.name) ? -1 : 1);
}
