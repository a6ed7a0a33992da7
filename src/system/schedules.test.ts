import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../db/client.ts';
import { memoryBus } from '../adapters/bus/memory.ts';
import type { Log } from '../adapters/log.ts';
import type { ConfigDocument } from '../api/documents.ts';
import { openMemoryDatabase } from '../testing/database.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { checkSchedule, openSchedules, type SchedulesOptions } from './schedules.ts';

const hourly = { enabled: true, cron: '2 * * * *', timeZone: 'UTC' };
const unreadable = { ...hourly, cron: '99 * * * *' };

describe('a schedule', () => {
  it.each(['99 * * * *', '0 0 31 2 *', '* * * *'])('"%s" is refused before it is kept', (cron) => {
    expect(() => checkSchedule({ ...hourly, cron }, fakeClock().now())).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });

  it('that has a next time is taken', () => {
    expect(() => checkSchedule(hourly, fakeClock().now())).not.toThrow();
  });
});

describe('a desk that starts with an unreadable schedule', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openMemoryDatabase();
    await database.migrate();
  });
  afterAll(() => database.close());

  async function start(schedule: ConfigDocument['schedule']) {
    const logged: string[] = [];
    const log = { error: (_: object, text: string) => logged.push(text), info() {}, warn() {} } as unknown as Log;
    const options = {
      schedules: true,
      clock: fakeClock(Date.now()),
      desk: { bus: memoryBus() },
      settings: { schedule: async () => schedule },
      storage: { database, stores: {} },
      log,
    } as unknown as SchedulesOptions;
    const schedules = await openSchedules(options);
    const queues = async () =>
      (await database.pool.query('select name from pgboss.schedule order by name')).rows.map(({ name }) => name);
    return { schedules, logged, queues };
  }

  it('keeps watching its stops and settling, runs no cycles, and says so', async () => {
    const { schedules, logged, queues } = await start(unreadable);
    expect(await queues()).toEqual(['settle', 'tidy', 'watch']);
    expect(schedules.text()).toContain('cycles are off: The schedule "99 * * * *"');
    expect(schedules.fault()).toContain('cannot be read');
    expect(logged).toEqual(['The schedule cannot be read; cycles are off until it is set anew']);
    await schedules.apply({ schedule: hourly });
    expect(schedules.fault()).toBeUndefined();
    expect(schedules.text()).toContain('next ');
    expect(await queues()).toContain('cycle');
    await expect(schedules.apply({ schedule: unreadable })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(schedules.text()).toContain('"2 * * * *"');
    await schedules.stop();
  });
});
