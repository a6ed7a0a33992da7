import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import type { CorporateAction } from '../src/domain/corporate-action.ts';
import type { CorporateActionStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { corporateActions } from './tables/index.ts';

/**
 * What makes two versions of an action different: everything but when this desk learned of it. Where the market's
 * knowledge counts from just then, being told again is nothing new.
 */
const terms = ({ receiveTime, eventTime, ...action }: CorporateAction) =>
  JSON.stringify(Object.entries({ ...action, eventTime: eventTime === receiveTime ? null : eventTime }).sort());

export function corporateActionStore({ db }: Database): CorporateActionStore {
  const newest = (versions: readonly CorporateAction[]) => [
    ...new Map(versions.map((each) => [each.id, each])).values(),
  ];
  return {
    async write(actions) {
      for (let from = 0; from < actions.length; from += 1_000) {
        const batch = actions.slice(from, from + 1_000);
        const ids = [...new Set(batch.map((each) => each.id))];
        const stored = await db
          .select({ action: corporateActions.action })
          .from(corporateActions)
          .where(inArray(corporateActions.id, ids))
          .orderBy(asc(corporateActions.receiveTime));
        const known = new Map(newest(stored.map(({ action }) => action)).map((each) => [each.id, terms(each)]));
        const rows = newest(batch)
          .filter((each) => known.get(each.id) !== terms(each))
          .map((action) => ({ ...action, simulated: action.simulated === true, action }));
        if (rows.length > 0) await db.insert(corporateActions).values(rows).onConflictDoNothing();
      }
    },

    async read({ symbol, asOf, knownAt, from, to, kinds }) {
      const rows = await db
        .select({ action: corporateActions.action })
        .from(corporateActions)
        .where(
          and(
            eq(corporateActions.symbol, symbol),
            lte(corporateActions.eventTime, asOf),
            knownAt === undefined ? undefined : lte(corporateActions.receiveTime, knownAt),
          ),
        )
        .orderBy(asc(corporateActions.receiveTime));
      // Bounds come after the choice of a version: a moved date must not bring the old one back.
      return newest(rows.map(({ action }) => action))
        .filter((each) => from === undefined || each.effectiveTime >= from)
        .filter((each) => to === undefined || each.effectiveTime <= to)
        .filter((each) => kinds === undefined || kinds.includes(each.kind))
        .sort((a, b) => a.effectiveTime - b.effectiveTime || (a.id < b.id ? -1 : 1));
    },
  };
}
