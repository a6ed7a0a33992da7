import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE, parseTime } from '../../../domain/time.ts';
import { createMeter, meteredFetch } from './meter.ts';

const clockAt = (start: number) => {
  let now = start;
  return {
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
  };
};

describe('the budget of a vendor', () => {
  it('lets so many calls out at once, then one whenever its share of time has passed', () => {
    const clock = clockAt(parseTime('2025-06-18T12:00:00Z'));
    const meter = createMeter('polygon', clock, { calls: 5, perMs: MINUTE });
    for (let i = 0; i < 5; i++) meter.take();
    expect(meter.emptyUntil()).toBe(clock.now() + 12_000);
    expect(() => meter.take()).toThrow('polygon: its calls are used up until 2025-06-18T12:00:12.000Z.');
    clock.pass(12_000);
    meter.take();
    expect(() => meter.take()).toThrow(
      expect.objectContaining({ code: 'rate_limited', details: { retryAfterMs: 12_000, own: true } }),
    );
    expect(meter.status()).toEqual({ left: 0, of: 5, perMs: MINUTE });
  });

  it('counts the weight of a call where the vendor weighs them', async () => {
    const clock = clockAt(parseTime('2025-06-18T12:00:00Z'));
    const weight = ({ pathname }: URL) => (pathname === '/trades' ? 25 : 2);
    const meter = createMeter('binance', clock, { calls: 30, perMs: MINUTE, weight });
    const go = meteredFetch(
      () => meter,
      async () => new Response(),
    );
    await go('https://vendor.example/trades');
    await go(new URL('https://vendor.example/klines'));
    expect(meter.status()).toMatchObject({ left: 3, of: 30 });
    await go(new Request('https://vendor.example/trades'));
    expect(meter.status()).toMatchObject({ left: 0 });
    // 22 too many and the one to come, at half a second each.
    expect(meter.emptyUntil()).toBe(clock.now() + 46_000);
  });

  it('sends nothing that the plan can never hold', async () => {
    const budget = { calls: 8, perMs: MINUTE, weight: () => 20 };
    const meter = createMeter('twelvedata', clockAt(0), budget);
    let sent = 0;
    const go = meteredFetch(
      () => meter,
      async () => {
        sent += 1;
        return new Response();
      },
    );
    await expect(go('https://vendor.example/splits')).rejects.toMatchObject({ details: { plan: true } });
    expect([sent, meter.status()?.left]).toEqual([0, 8]);
    const larger = createMeter('twelvedata', clockAt(0), budget, { calls: 55 });
    larger.take(new URL('https://vendor.example/splits'));
    expect(larger.status()?.left).toBe(35);
  });

  it('ends for the day when the day is used up', () => {
    const clock = clockAt(parseTime('2025-06-18T23:00:00Z'));
    const meter = createMeter('alphavantage', clock, { calls: 100, perMs: MINUTE, day: 25 });
    for (let i = 0; i < 25; i++) meter.take();
    expect(meter.emptyUntil()).toBe(parseTime('2025-06-19'));
    expect(meter.status()).toMatchObject({ dayLeft: 0 });
    clock.pass(DAY / 24);
    expect(meter.emptyUntil()).toBeUndefined();
    expect(meter.status()).toMatchObject({ dayLeft: 25 });
  });

  it('follows the plan of conclave.yaml instead', () => {
    const meter = createMeter('polygon', clockAt(0), { calls: 5, perMs: MINUTE }, { calls: 100, perSeconds: 1 });
    expect(meter.status()).toEqual({ left: 100, of: 100, perMs: 1_000 });
  });

  it('is endless where nobody said otherwise', () => {
    const meter = createMeter('ecb', clockAt(0));
    for (let i = 0; i < 10_000; i++) meter.take();
    expect(meter.emptyUntil()).toBeUndefined();
    expect(meter.status()).toBeUndefined();
  });

  it('never lets more out in any stretch than the bucket and its refill hold', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }),
        (calls, pauses) => {
          const clock = clockAt(0);
          const meter = createMeter('vendor', clock, { calls, perMs: MINUTE });
          const out: number[] = [];
          for (const pause of pauses) {
            clock.pass(pause);
            if (meter.emptyUntil() !== undefined) continue;
            meter.take();
            out.push(clock.now());
          }
          for (const [i, from] of out.entries()) {
            for (let j = i; j < out.length; j++) {
              expect(j - i + 1).toBeLessThanOrEqual(calls + ((out[j]! - from) * calls) / MINUTE + 1e-6);
            }
          }
        },
      ),
    );
  });

  it('counts on the way out, before anything is sent', async () => {
    const meter = createMeter('polygon', clockAt(0), { calls: 1, perMs: MINUTE });
    let sent = 0;
    const go = meteredFetch(
      () => meter,
      async () => {
        sent += 1;
        return new Response('{}');
      },
    );
    await go('https://vendor.example');
    await expect(go('https://vendor.example')).rejects.toMatchObject({ code: 'rate_limited' });
    expect(sent).toBe(1);
  });
});
