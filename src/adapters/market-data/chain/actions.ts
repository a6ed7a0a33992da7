import type { CorporateAction } from '../../../domain/corporate-action.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { DAY, type Timestamp } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { MarketDataProvider } from '../../../ports/market-data.ts';
import type { CorporateActionStore } from '../../../ports/store.ts';
import type { createVendorDesk } from './vendors.ts';

/** Vendors tell of splits and dividends once a day at most. */
const ASK_AGAIN = DAY;
/** After a failure. */
const TRY_AGAIN = DAY / 24;
const BACK = 30 * 365 * DAY;
const AHEAD = 120 * DAY;

const classes: Instrument['assetClass'][] = ['equity', 'etf'];

type Question = 'corporateActions' | 'earnings';
const unknown: Record<Question, (symbol: string) => string> = {
  corporateActions: (symbol) =>
    `No vendor told the splits and dividends of ${symbol}: only those already stored are known.`,
  earnings: (symbol) => `No vendor told when ${symbol} publishes results: only days already stored are known.`,
};

/** Splits, dividends and earnings of shares, asked once a day, kept, and read as they were known. */
export function createActions(options: {
  clock: Clock;
  store: CorporateActionStore | undefined;
  desk: ReturnType<typeof createVendorDesk>;
  chainOf: (instrument: Instrument) => MarketDataProvider[];
}) {
  const { clock, store, desk, chainOf } = options;
  const askAgainAt = new Map<string, Timestamp>();
  /** What is said of a question until it is tried again. */
  const failed = new Map<string, string[]>();

  /** Asks the first vendor that tells them, if that was not done today. Notices say why none could be asked. */
  async function refresh(
    instrument: Instrument,
    signal?: AbortSignal,
    question: Question = 'corporateActions',
  ): Promise<string[]> {
    const key = `${question}|${instrument.symbol}`;
    if (!store || !classes.includes(instrument.assetClass)) return [];
    const now = clock.now();
    if ((askAgainAt.get(key) ?? 0) > now) return failed.get(key) ?? [];
    askAgainAt.set(key, now + TRY_AGAIN);
    const reasons: string[] = [];
    const found = await desk.ask<CorporateAction[]>({
      instrument,
      purpose: 'actions',
      vendors: chainOf(instrument).filter((each) => each[question] !== undefined),
      signal,
      notices: reasons,
      call: (vendor, bounded) => vendor[question]!({ instrument, from: now - BACK, to: now + AHEAD, signal: bounded }),
      accept: () => true,
    });
    if (!found) {
      const notice = unknown[question](instrument.symbol);
      failed.set(key, [notice]);
      return [...reasons, notice];
    }
    if (found.answer.length > 0) await store.write(found.answer);
    failed.delete(key);
    askAgainAt.set(key, now + ASK_AGAIN);
    return [];
  }

  /**
   * What scales the bars of `source`, as known at asOf. Several vendors tell the same split: only one of them counts,
   * the source of the bars itself or else the first of the chain that told any.
   */
  async function of(instrument: Instrument, source: string, asOf: Timestamp): Promise<CorporateAction[]> {
    if (!store || !classes.includes(instrument.assetClass)) return [];
    const known = await store.read({ symbol: instrument.symbol, asOf, kinds: ['split', 'dividend'] });
    const order = [source, ...chainOf(instrument).map((each) => each.name)];
    const teller =
      order.find((name) => known.some((each) => each.source === name)) ?? known.map((each) => each.source).sort()[0];
    return known.filter((each) => each.source === teller && each.simulated !== true);
  }

  return { refresh, of };
}
