import { describe, expect, it } from 'vitest';
import type { Jobs } from '../ports/jobs.ts';
import { registerSchedules, slotAfter, slotBefore } from './schedules.ts';

const at = (text: string) => Date.parse(text);

describe('a schedule', () => {
  it('belongs to the newest slot, however late the run is', () => {
    expect(slotBefore('2 * * * *', 'UTC', at('2026-01-05T10:02:00Z'))).toBe(at('2026-01-05T10:02:00Z'));
    expect(slotBefore('2 * * * *', 'UTC', at('2026-01-05T10:59:59Z'))).toBe(at('2026-01-05T10:02:00Z'));
    expect(slotBefore('2 * * * *', 'UTC', at('2026-01-05T10:01:59Z'))).toBe(at('2026-01-05T09:02:00Z'));
  });

  it('keeps the hour of its zone over the change to summer time', () => {
    expect(slotAfter('30 9 * * *', 'America/New_York', at('2026-03-07T15:00:00Z'))).toBe(at('2026-03-08T13:30:00Z'));
    expect(slotAfter('30 9 * * *', 'America/New_York', at('2026-03-06T15:00:00Z'))).toBe(at('2026-03-07T14:30:00Z'));
  });

  it.each([
    ['* * * * * *', 'UTC', /five fields/],
    ['99 * * * *', 'UTC', /cannot be read/],
    ['0 * * * *', 'Mars/Olympus', /cannot be read/],
  ])('refuses "%s" in %s and says why', (cron, zone, why) => {
    expect(() => slotBefore(cron, zone, 0)).toThrow(why);
  });

  it('runs its work for the slot that is due', async () => {
    const workers = new Map<string, () => Promise<void>>();
    const scheduled: string[] = [];
    const jobs = {
      work: async (queue: string, handler: () => Promise<void>) => void workers.set(queue, handler),
      schedule: async (queue: string, cron: string, zone: string) => void scheduled.push(`${queue} ${cron} ${zone}`),
    } as unknown as Jobs;
    const slots: number[] = [];
    const run = async (slot: number) => void slots.push(slot);
    await registerSchedules(
      { jobs, clock: { now: () => at('2026-01-05T10:03:10Z') } },
      { cycle: { cron: '2 * * * *', timeZone: 'UTC', run } },
    );
    await workers.get('cycle')?.();
    expect(scheduled).toEqual(['cycle 2 * * * * UTC']);
    expect(slots).toEqual([at('2026-01-05T10:02:00Z')]);
  });
});
