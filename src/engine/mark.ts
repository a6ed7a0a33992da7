import type { Account } from '../domain/account.ts';
import type { Market } from '../domain/market.ts';
import type { JournalEntry } from '../domain/record.ts';
import type { Timestamp } from '../domain/time.ts';
import { applyRecord, dayOf } from '../portfolio/account.ts';
import { marksOf, valueAccount } from '../portfolio/marks.ts';

/** A mark worth keeping: the first of a day, or a new peak. None while a holding has no price. */
export function markEntries(account: Account, market: Market, now: Timestamp): JournalEntry[] {
  const { equity, unmarked } = valueAccount(account, marksOf(market));
  const day = dayOf(now);
  if (unmarked.length > 0 || (day === account.day && equity <= account.peakEquity)) return [];
  return [{ kind: 'mark', payload: { equity, day } }];
}

/** The account as it stands after its marks: what risk judges, so that a new day begins with its own first equity. */
export const withMarks = (account: Account, marks: readonly JournalEntry[], time: Timestamp): Account =>
  marks.reduce((each, entry) => applyRecord(each, { ...entry, time }), account);
