import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeOnDatabases } from '../src/testing/database.ts';
import { calendarStore } from './calendar-store.ts';

const before = {
  ...{ name: 'CPI y/y', currency: 'USD', impact: 'high', source: 'file', simulated: false, forecast: 2.5 },
  ...{ announced_time: 1_000, event_time: 5_000 },
};

describeOnDatabases('a calendar of before events had versions', (database) => {
  it('keeps its events, each as a first version', async () => {
    const { pool } = database();
    await pool.query('drop table economic_events');
    const statement = async (file: string, of: RegExp) => {
      const text = await readFile(new URL(`./migrations/${file}`, import.meta.url), 'utf8');
      return text.split('--> statement-breakpoint').filter((each) => of.test(each));
    };
    const [create] = await statement('0000_first.sql', /CREATE TABLE "economic_events"/);
    await pool.query(create!);
    const rows = [
      { ...before, id: 'released', actual: 2.4 },
      { ...before, id: 'scheduled' },
    ];
    await pool.query(
      'insert into economic_events select * from json_populate_recordset(null::economic_events, $1::json)',
      [JSON.stringify(rows)],
    );
    for (const each of await statement('0004_event-versions.sql', /economic_events/)) await pool.query(each);

    const calendar = calendarStore(database(), { now: () => 9_000 });
    const range = { from: 0, to: 10_000 };
    expect(await calendar.read({ ...range, asOf: 999 })).toEqual([]);
    expect(await calendar.read({ ...range, asOf: 5_000 })).toMatchObject([
      { id: 'released', forecast: 2.5, actual: 2.4 },
      { id: 'scheduled', forecast: 2.5 },
    ]);
    expect((await calendar.read({ ...range, asOf: 5_000, knownAt: 4_000 })).map(({ id }) => id)).toEqual(['scheduled']);
  });
});
