import { DAY, HOUR, type Timestamp } from '../../domain/time.ts';

/** Hard limits in US dollars. */
export interface ModelBudget {
  decisionUsd: number;
  hourUsd: number;
  dayUsd: number;
}

interface Booking {
  at: Timestamp;
  decisionId: string | undefined;
  usd: number;
}

/**
 * Books what calls cost. A call is booked at its estimate before it is sent, so that six calls at once cannot spend
 * the same dollar, and corrected when its answer says what it cost.
 */
export function createLedger(budget: ModelBudget) {
  let bookings: Booking[] = [];
  const spent = (matches: (booking: Booking) => boolean) =>
    bookings.reduce((sum, booking) => (matches(booking) ? sum + booking.usd : sum), 0);

  return {
    /** A handle to correct the booking, or the name of the period whose budget would be broken. */
    reserve(now: Timestamp, decisionId: string | undefined, usd: number): { settle(usd: number): void } | string {
      bookings = bookings.filter((booking) => booking.at > now - DAY);
      if (spent((each) => each.at > now - DAY) + usd > budget.dayUsd) return 'day';
      if (spent((each) => each.at > now - HOUR) + usd > budget.hourUsd) return 'hour';
      if (decisionId !== undefined && spent((each) => each.decisionId === decisionId) + usd > budget.decisionUsd) {
        return 'decision';
      }
      const booking = { at: now, decisionId, usd };
      bookings.push(booking);
      return {
        settle(actual) {
          booking.usd = actual;
        },
      };
    },
    /** Dollars booked in the last day. */
    total: () => spent(() => true),
  };
}
export type Ledger = ReturnType<typeof createLedger>;
