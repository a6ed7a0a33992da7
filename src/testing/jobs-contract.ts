import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Jobs } from '../ports/jobs.ts';

const waitFor = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 50 });

/** What every job queue must do. `open` gives a further process's view of the same store. */
export function jobsContract(
  name: string,
  open: (onFailure?: (failure: Error) => void) => Jobs,
  schedules: () => Promise<{ name: string; cron: string; timezone: string }[]>,
) {
  const running: Jobs[] = [];
  const start = async (onFailure?: (failure: Error) => void) => {
    const jobs = open(onFailure);
    running.push(jobs);
    await jobs.start();
    return jobs;
  };
  afterEach(async () => {
    for (const jobs of running.splice(0)) await jobs.stop();
  });

  describe(`${name} keeps a job queue's promises`, () => {
    it('hands each job to one worker only, though two processes wait for it', async () => {
      const taken: string[] = [];
      const [first, second] = [await start(), await start()];
      for (const jobs of [first, second]) {
        await jobs.work<{ symbol: string }>('take-once', async ({ payload }) => {
          taken.push(payload.symbol);
        });
      }
      const symbols = ['EURUSD', 'BTCUSDT', 'AAPL', 'XAUUSD', 'SPX'];
      for (const symbol of symbols) await first.send('take-once', { symbol });
      await waitFor(() => expect(taken).toHaveLength(5));
      expect(taken.toSorted()).toEqual(symbols.toSorted());
    }, 30_000);

    it('runs a job again after it failed, and says that it did', async () => {
      const failures: string[] = [];
      const jobs = await start((failure) => failures.push(failure.message));
      let attempts = 0;
      await jobs.work('settle-again', async () => {
        attempts++;
        if (attempts === 1) throw new Error('the vendor is away');
      });
      await jobs.send('settle-again', {});
      await waitFor(() => expect(attempts).toBe(2));
      expect(failures.join()).toContain('settle-again failed: the vendor is away');
    }, 30_000);

    it('takes the same key for the same job', async () => {
      const jobs = await start();
      const slots: string[] = [];
      await jobs.work<{ slot: string }>('cycle-slot', async ({ payload }) => {
        slots.push(payload.slot);
      });
      await jobs.send('cycle-slot', { slot: '14:00' }, { key: '14:00' });
      await jobs.send('cycle-slot', { slot: '14:00' }, { key: '14:00' });
      await waitFor(() => expect(slots).toEqual(['14:00']));
      await jobs.send('cycle-slot', { slot: '14:00' }, { key: '14:00' });
      await jobs.send('cycle-slot', { slot: '15:00' }, { key: '15:00' });
      await waitFor(() => expect(slots).toEqual(['14:00', '15:00']));
    }, 30_000);

    it('keeps what is sent before any worker is there, over a restart', async () => {
      const before = await start();
      await before.send('left-over', { symbol: 'EURUSD' });
      await before.stop();
      const after = open();
      running.push(after);
      const seen: object[] = [];
      await after.work('left-over', async ({ payload }) => {
        seen.push(payload);
      });
      await after.start();
      await waitFor(() => expect(seen).toEqual([{ symbol: 'EURUSD' }]));
    }, 30_000);

    it('waits for a running job before it stops, and takes none after', async () => {
      const jobs = await start();
      let finished = false;
      let begun = false;
      await jobs.work('slow', async () => {
        begun = true;
        await new Promise((resolve) => setTimeout(resolve, 300));
        finished = true;
      });
      await jobs.send('slow', {});
      await waitFor(() => expect(begun).toBe(true));
      await jobs.stop();
      expect(finished).toBe(true);
      await expect(jobs.send('slow', {})).rejects.toMatchObject({ code: 'unavailable' });
    }, 30_000);

    it('registers a schedule with its time zone, and removes it', async () => {
      const jobs = await start();
      await jobs.schedule('morning', '30 9 * * 1-5', 'America/New_York');
      expect(await schedules()).toContainEqual({ name: 'morning', cron: '30 9 * * 1-5', timezone: 'America/New_York' });
      await jobs.unschedule('morning');
      expect((await schedules()).map((each) => each.name)).not.toContain('morning');
      await expect(jobs.schedule('morning', 'every day', 'UTC')).rejects.toMatchObject({ code: 'invalid_input' });
      await expect(jobs.schedule('morning', '0 9 * * *', 'Mars/Olympus')).rejects.toMatchObject({
        code: 'invalid_input',
      });
    }, 30_000);
  });
}
