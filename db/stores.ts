import type { Clock } from '../src/ports/clock.ts';
import type { Disk } from '../src/ports/disk.ts';
import type { Stores } from '../src/ports/store.ts';
import { barStore } from './bar-store.ts';
import { calendarStore } from './calendar-store.ts';
import type { Database } from './client.ts';
import { corporateActionStore } from './corporate-action-store.ts';
import { decisionStore } from './decision-store.ts';
import { translating } from './failures.ts';
import { fetchedRangeStore } from './fetched-range-store.ts';
import { forecastStore } from './forecast-store.ts';
import { instrumentStore } from './instrument-store.ts';
import { leaseStore } from './lease-store.ts';
import { macroStore } from './macro-store.ts';
import { newsStore } from './news-store.ts';
import { type OrderStore, orderStore } from './order-store.ts';
import { quoteStore } from './quote-store.ts';
import { settingStore } from './setting-store.ts';
import { userStore } from './user-store.ts';

/** Every store over one database, the same code on the embedded one and on PostgreSQL; `disk` is DATA_DIR's, for archived bars. */
export function createStores(
  database: Database,
  clock: Pick<Clock, 'now'>,
  disk?: Disk,
): Stores & { orders: OrderStore } {
  return {
    bars: translating(barStore(database, clock, disk)),
    quotes: translating(quoteStore(database)),
    fetched: translating(fetchedRangeStore(database)),
    instruments: translating(instrumentStore(database, clock)),
    corporateActions: translating(corporateActionStore(database)),
    macro: translating(macroStore(database, clock)),
    news: translating(newsStore(database)),
    calendar: translating(calendarStore(database, clock)),
    decisions: translating(decisionStore(database)),
    forecasts: translating(forecastStore(database)),
    orders: translating(orderStore(database)),
    settings: translating(settingStore(database, clock)),
    users: translating(userStore(database, clock)),
    leases: translating(leaseStore(database)),
  };
}
