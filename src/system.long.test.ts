import { afterAll, describe, expect, it, vi } from 'vitest';
import type { CycleRecord } from './domain/record.ts';
import { MINUTE, toIso } from './domain/time.ts';
import { createPostgres, postgresAbsent, postgresServer } from './testing/database.ts';
import { type SystemWorld, systemWorld } from './testing/system-world.ts';

vi.setConfig({ testTimeout: 5 * MINUTE, hookTimeout: MINUTE });

/** The schedule fires by the real clock: these tests wait for two whole minutes. */
const yaml = "{ universe: [BTCUSDT], schedule: { cron: '* * * * *', timeZone: Europe/Zurich } }";
type Cycle = Omit<CycleRecord, 'slot'> & { slot: string };

async function cyclesOf(world: SystemWorld): Promise<Cycle[]> {
  return (await world.get<{ cycles: Cycle[] }>('/api/cycles')).cycles;
}

async function waitForTwo(world: SystemWorld) {
  const begun = Date.now();
  await vi.waitFor(async () => expect((await cyclesOf(world)).length).toBeGreaterThanOrEqual(2), {
    timeout: 4 * MINUTE,
    interval: 1_000,
  });
  const cycles = await cyclesOf(world);
  const slots = cycles.map(({ slot }) => slot);
  expect(new Set(slots).size).toBe(slots.length);
  for (const { slot, outcomes } of cycles) {
    expect(toIso(Date.parse(slot))).toMatch(/:00\.000Z$/);
    expect(outcomes.map(({ symbol }) => symbol)).toEqual(['BTCUSDT']);
    expect(outcomes[0]!.why.length).toBeGreaterThan(10);
  }
  console.info(`Two cycles after ${Math.round((Date.now() - begun) / 1_000)} s: ${slots.join(', ')}`);
  return cycles;
}

const worlds: SystemWorld[] = [];
let server: Awaited<ReturnType<typeof createPostgres>> | undefined;
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  await server?.drop();
});

describe('a desk whose schedule is every minute', () => {
  it('runs each slot once on the embedded database', async () => {
    const world = await systemWorld({ yaml, schedules: true });
    worlds.push(world);
    await waitForTwo(world);
  });

  if (!postgresServer) console.warn(postgresAbsent);
  it.skipIf(!postgresServer)('runs each slot once, although two desks share the PostgreSQL database', async () => {
    server = await createPostgres();
    const env = { DATABASE_URL: server.url };
    const pair = await Promise.all([
      systemWorld({ yaml, env, schedules: true }),
      systemWorld({ yaml, env, schedules: true }),
    ]);
    worlds.push(...pair);
    const cycles = await waitForTwo(pair[0]);
    const decisions = await pair[1].get<{ decisions: { symbol: string }[] }>('/api/decisions');
    expect(decisions.decisions.length).toBe(cycles.length);
    expect((await cyclesOf(pair[1])).length).toBe(cycles.length);
  });
});
