import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFactWindow, factWindow } from '../backtest/fact-window.ts';
import type { EconomicEvent } from '../domain/news.ts';
import { DAY, HOUR } from '../domain/time.ts';
import type { Stores } from '../ports/store.ts';

/** Monday 2025-06-16 00:00 UTC. */
const START = Date.UTC(2025, 5, 16);
let counter = 0;
/** Tests share one database, so each takes names of its own. */
const fresh = (prefix: string) => `${prefix}-${++counter}`;

/** What a store of economic events must do. `setNow` moves the clock that was given to the stores. */
export function calendarStoreContract(stores: () => Pick<Stores, 'calendar'>, setNow: (time: number) => void) {
  describe('the economic calendar', () => {
    const release: EconomicEvent = {
      id: 'us-cpi-2025-06',
      name: 'CPI y/y',
      currency: 'USD',
      impact: 'high',
      eventTime: START + DAY,
      announcedTime: START - 30 * DAY,
      previous: 2.3,
      forecast: 2.5,
      unit: '%',
      source: 'file',
    };

    it('shows a release before it happens, its outcome only after', async () => {
      const event = { ...release, id: fresh('cpi'), currency: fresh('USD') };
      await stores().calendar.write([event]);
      await stores().calendar.write([{ ...event, actual: 2.4 }]);
      await stores().calendar.write([event]);
      const query = { currencies: [event.currency], from: START, to: START + 2 * DAY };
      expect(await stores().calendar.read({ ...query, asOf: START })).toEqual([event]);
      const after = await stores().calendar.read({ ...query, asOf: event.eventTime });
      expect(after).toEqual([{ ...event, actual: 2.4 }]);
      expect(await stores().calendar.read({ ...query, asOf: START - 31 * DAY })).toEqual([]);
      expect(await stores().calendar.read({ ...query, currencies: [], asOf: START })).toEqual([]);
      const all = await stores().calendar.read({ asOf: START, from: START, to: START + DAY });
      expect(all.map((each) => each.id)).toContain(event.id);
    });

    it('follows a release that was moved', async () => {
      const event = { ...release, id: fresh('cpi'), currency: fresh('USD') };
      const moved = { ...event, eventTime: event.eventTime + DAY, announcedTime: START };
      await stores().calendar.write([event, moved]);
      await stores().calendar.write([moved]);
      const query = { currencies: [event.currency], asOf: START, from: START };
      expect(await stores().calendar.read({ ...query, to: event.eventTime })).toEqual([]);
      expect(await stores().calendar.read({ ...query, to: moved.eventTime })).toHaveLength(1);
    });

    /** Written as the desk learns of it: `hour` counts from START. */
    const told = async (event: EconomicEvent, turns: readonly { hour: number; change: Partial<EconomicEvent> }[]) => {
      for (const { hour, change } of turns) {
        setNow(START + hour * HOUR);
        await stores().calendar.write([{ ...event, ...change }]);
      }
    };
    const { forecast: _, previous: __, ...bare } = release;

    it('shows a forecast from when it came, and each change of it only from then on', async () => {
      const event = { ...bare, id: fresh('cpi'), currency: fresh('USD') };
      await told(event, [
        { hour: 0, change: {} },
        { hour: 2, change: { forecast: 2.5, previous: 2.3 } },
        { hour: 5, change: { forecast: 2.6, impact: 'medium' } },
        { hour: 25, change: { actual: 2.4, impact: 'medium' } },
      ]);
      const query = { currencies: [event.currency], from: START, to: START + 2 * DAY };
      const at = (hour: number) => stores().calendar.read({ ...query, asOf: START + hour * HOUR });
      expect(await at(1)).toEqual([event]);
      expect(await at(2)).toEqual([{ ...event, forecast: 2.5, previous: 2.3 }]);
      expect(await at(23)).toEqual([{ ...event, forecast: 2.6, previous: 2.3, impact: 'medium' }]);
      // Published at hour 24 and fetched an hour later: it counts from its release, but this desk did not have it yet.
      expect(await at(24)).toEqual([{ ...event, forecast: 2.6, previous: 2.3, impact: 'medium', actual: 2.4 }]);
      const then = { ...query, asOf: START + 48 * HOUR, knownAt: START + 24 * HOUR };
      expect(await stores().calendar.read(then)).toEqual(await at(23));
      expect(await stores().calendar.read({ ...then, knownAt: START + HOUR })).toEqual([event]);
    });

    it('corrects an outcome only from when the correction came', async () => {
      const event = { ...release, id: fresh('cpi'), currency: fresh('USD') };
      const turns = [{}, { actual: 2.4 }, { actual: 2.5 }, { actual: 2.5 }, {}];
      await told(
        event,
        turns.map((change, i) => ({ hour: 24 * i, change })),
      );
      const query = { currencies: [event.currency], from: START, to: START + 2 * DAY };
      const at = (hour: number) => stores().calendar.read({ ...query, asOf: START + hour * HOUR });
      expect((await at(47))[0]?.actual).toBe(2.4);
      expect((await at(48))[0]?.actual).toBe(2.5);
      expect((await at(480))[0]?.actual).toBe(2.5);
      const versions = await stores().calendar.versions({ ...query, asOf: START + 480 * HOUR });
      expect(versions.map(({ actual }) => actual)).toEqual([undefined, 2.4, 2.5]);
    });

    it('gives a backtest at every moment what a reader of that moment was given', async () => {
      const turn = fc.record({
        hour: fc.integer({ min: -200, max: 200 }),
        change: fc.record(
          {
            eventTime: fc.constantFrom(START, START + 5 * HOUR, START + 9 * DAY),
            forecast: fc.constantFrom(1, 2),
            actual: fc.constantFrom(1, 2),
          },
          { requiredKeys: [] },
        ),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 6 }), async (turns) => {
          const event = { ...bare, id: fresh('cpi'), currency: fresh('USD') };
          await told(
            event,
            turns.toSorted((a, b) => a.hour - b.hour),
          );
          const { currency } = event;
          const all = { currencies: [currency], asOf: START + 400 * HOUR, from: START - 300 * DAY };
          const versions = await stores().calendar.versions({ ...all, to: START + 300 * DAY });
          const window = createFactWindow([], versions);
          for (let hour = -250; hour < 300; hour += 25) {
            const asOf = START + hour * HOUR;
            const range = { from: asOf - factWindow.eventsBack, to: asOf + factWindow.eventsAhead };
            const read = await stores().calendar.read({ currencies: [currency], asOf, ...range });
            const seen = window.eventsAt(asOf).map(({ knownTime: _, actual, ...each }) => {
              return actual === undefined || each.eventTime > asOf ? each : { ...each, actual };
            });
            expect(seen).toEqual(read);
          }
        }),
        { numRuns: 8 },
      );
    });
  });
}
