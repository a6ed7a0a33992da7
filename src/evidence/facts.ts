import type { Evidence } from '../domain/record.ts';
import type { AnalystName, Fact, FactValue } from '../domain/signal.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Situation } from './situation.ts';

/** A number that JSON can hold; what is not finite is unknown, and unknown is null. */
export const known = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? (value === 0 ? 0 : value) : null;

export interface FactOptions {
  unit?: string;
  /** When the fact was true; the newest known bar's close when absent. Never after asOf. */
  eventTime?: Timestamp;
  source?: string;
}

/** Collects named facts of one analyst. Ids are `prefix.name`; values stay unrounded. */
export function factSheet(analyst: AnalystName, prefix: string, situation: Situation) {
  const facts: Record<string, Fact> = {};
  const add = (name: string, value: FactValue | undefined, options: FactOptions = {}) => {
    const id = `${prefix}.${name}`;
    const safe = typeof value === 'number' ? known(value) : (value ?? null);
    facts[id] = {
      id,
      value: safe,
      ...(options.unit ? { unit: options.unit } : {}),
      eventTime: Math.min(options.eventTime ?? situation.lastClose, situation.asOf),
      source: options.source ?? situation.source,
    };
  };
  const evidence = (quotes?: Evidence['quotes']): Evidence => ({
    analyst,
    symbol: situation.instrument.symbol,
    interval: situation.interval,
    asOf: situation.asOf,
    facts,
    ...(quotes && quotes.length > 0 ? { quotes } : {}),
  });
  return { add, evidence };
}
