import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { CycleDocument } from './api/documents.ts';
import { folders, offlineEnv, startCommand, startDeskProcess } from './testing/command.ts';
import { expectKept, expectOneTurn, promised } from './testing/kept-account.ts';

const temp = folders();
afterAll(() => temp.removeAll());

const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'BNBUSDT', 'XRPUSDT', 'ADAUSDT', 'DOGEUSDT', 'LTCUSDT'];
const KILLS = 30;

/** Moments that repeat from run to run, spread evenly over a span of milliseconds. */
const delayOf = (kill: number, span: number) => Math.round(((kill * 0.618_033_988_75) % 1) * span);

describe('a desk that is killed thirty times', () => {
  it('at any moment of a cycle: nothing lost, nothing twice, every turn finished once', async () => {
    const dataDir = temp.make('kills');
    const env = offlineEnv(dataDir);
    let cutOff = 0;
    let desk = await startDeskProcess(env);
    // How long a whole cycle takes on this machine, in a process as fresh as those that will be killed.
    const began = performance.now();
    await desk.call('POST', '/api/cycles', { symbols, slot: new Date(Date.UTC(2024, 11, 31)).toISOString() });
    const span = performance.now() - began;
    for (let kill = 0; kill < KILLS; kill++) {
      const turn = { symbols, slot: new Date(Date.UTC(2025, 0, 1, kill)).toISOString() };
      const answer = desk.call<CycleDocument>('POST', '/api/cycles', turn).catch(() => undefined);
      await sleep(delayOf(kill, span));
      await desk.end('SIGKILL');
      const journal = await promised(dataDir);
      const told = await answer;
      if (!told) cutOff++;

      desk = await startDeskProcess(env);
      await expectKept(desk);
      expect((await promised(dataDir)).startsWith(journal), `kill ${kill}`).toBe(true);
      const done = await expectOneTurn(desk, turn);
      // What the desk had answered before it died still holds.
      if (told) expect(done).toEqual(told);
      const { cycles } = await desk.call<{ cycles: CycleDocument[] }>('GET', '/api/cycles?limit=100');
      expect(new Set(cycles.map(({ slot }) => slot)).size).toBe(kill + 2);
      expect(cycles).toHaveLength(kill + 2);
    }
    await desk.end('SIGTERM');
    expect(cutOff).toBeGreaterThan(KILLS / 5);
  });

  it('while it starts: the next start opens the folder, whatever was half made', async () => {
    const dataDir = temp.make('kills');
    const env = offlineEnv(dataDir);
    for (let kill = 0; kill < 8; kill++) {
      const command = startCommand(['start'], env);
      await sleep(delayOf(kill, 3_000) + 300);
      command.child.kill('SIGKILL');
      await command.ended;
    }
    const desk = await startDeskProcess(env);
    await expectKept(desk);
    await desk.end('SIGTERM');
  });
});
