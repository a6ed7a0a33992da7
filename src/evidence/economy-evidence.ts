import type { EconomicEvent } from '../domain/news.ts';
import type { Evidence } from '../domain/record.ts';
import { factSheet } from './facts.ts';
import type { Situation } from './situation.ts';

/** Surprises of recent releases per currency, what is due, and the rate differential where it is known. */
export function economicEvidence(situation: Situation): Evidence {
  const { economy, asOf, snapshot } = situation;
  const { add, evidence } = factSheet('economist', 'economy', situation);
  const of = (event: EconomicEvent | undefined | null, time: 'eventTime' | 'announcedTime' = 'eventTime') => ({
    source: event?.source ?? 'calendar',
    eventTime: event?.[time] ?? asOf,
  });
  const last = of(economy.last);
  add('releases', economy.releases, last);
  add('surprise_balance', economy.balance, last);
  for (const [currency, surprise] of Object.entries(economy.surprises)) add(`surprise.${currency}`, surprise, last);
  add('last.name', economy.last ? `${economy.last.currency} ${economy.last.name}` : null, last);
  add('last.actual', economy.last?.actual, last);
  add('last.forecast', economy.last?.forecast, last);
  add('last.previous', economy.last?.previous, last);
  const next = of(economy.next?.event, 'announcedTime');
  add('next.name', economy.next ? `${economy.next.event.currency} ${economy.next.event.name}` : null, next);
  add('next.hours', economy.next?.hours, { ...next, unit: 'hours' });
  for (const [currency, rate] of Object.entries(economy.rates)) {
    add(`rate.${currency}`, rate, { source: 'calendar', eventTime: asOf, unit: 'per cent' });
  }
  add('carry', economy.carry, { source: 'calendar', eventTime: asOf, unit: 'percentage points' });
  add('volatility', snapshot.volatility?.perBar, { unit: 'fraction per bar' });
  return evidence();
}
