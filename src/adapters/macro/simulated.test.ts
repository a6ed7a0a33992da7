import { describe, expect, it } from 'vitest';
import { DAY, parseTime, toIso } from '../../domain/time.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { simulatedCalendar } from '../calendar/simulated.ts';
import { simulatedMacro, simulatedSeries } from './simulated.ts';

const now = parseTime('2026-03-18T15:00:00Z');
const macro = simulatedMacro({ clock: fakeClock(now) });
const year = { from: now - 365 * DAY, to: now };

describe('series of the simulated economy', () => {
  it('are the outcomes that its calendar tells, under names that no office uses', async () => {
    const events = await simulatedCalendar({ clock: fakeClock(now) }).events(year);
    const released = events.filter(
      ({ currency, name, actual }) => currency === 'USD' && name === 'CPI y/y' && actual !== undefined,
    );
    const told = await macro.observations({ series: 'SIM_USD_CPI_Y_Y', ...year });
    expect(told.map(({ value }) => value)).toEqual(released.slice(-told.length).map(({ actual }) => actual));
    expect(told.length).toBeGreaterThanOrEqual(11);
    expect(told.every((each) => each.simulated === true && each.source === 'simulated')).toBe(true);
    expect(simulatedSeries.every((id) => id.startsWith('SIM_'))).toBe(true);
    expect(new Set(simulatedSeries).size).toBe(simulatedSeries.length);
  });

  it.each(simulatedSeries)('%s describes periods before their releases, none of them still to come', async (series) => {
    const told = await macro.observations({ series, ...year });
    expect(told.length).toBeGreaterThan(6);
    for (const { period, eventTime } of told) {
      expect(period).toBeLessThanOrEqual(eventTime);
      expect(eventTime).toBeLessThanOrEqual(now);
    }
    expect(new Set(told.map(({ period }) => period)).size).toBe(told.length);
    expect((await macro.series(series)).title).toContain('simulated');
  });

  it('date claims by their week and prices by their month', async () => {
    const first = async (series: string) => toIso((await macro.observations({ series, ...year }))[0]!.period);
    expect(new Date(await first('SIM_USD_INITIAL_JOBLESS_CLAIMS')).getUTCDay()).toBe(1);
    expect(await first('SIM_EUR_CPI_Y_Y')).toMatch(/-01T00:00:00.000Z$/);
    expect((await macro.series('SIM_USD_INITIAL_JOBLESS_CLAIMS')).frequency).toBe('weekly');
  });

  it('do not stand in for real ones', async () => {
    await expect(macro.series('CPIAUCSL')).rejects.toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('SIM_USD_INTEREST_RATE_DECISION'),
    });
  });
});
