import { describe, it } from 'vitest';
import { expectParity } from '../testing/parity.ts';
import { recordedEurusd } from '../testing/recorded-eurusd.ts';
import { needsShared } from '../testing/shared.ts';
import { syntheticBars } from '../testing/synthetic-bars.ts';

describe('parity, for long', () => {
  it.skipIf(!needsShared('the parity of a recorded quarter', 'data', 'ohlcv', 'fx'))(
    'holds through a recorded quarter',
    async () => {
      const [from, to] = [Date.UTC(2025, 3, 1), Date.UTC(2025, 6, 1)];
      await expectParity(recordedEurusd(to), from, to, { orders: 50 });
    },
    300_000,
  );

  it.each([21, 22, 23, 24, 25])(
    'holds on made-up market %i, stormy or calm',
    async (seed) => {
      const volatility = 0.0003 * (1 + (seed % 5));
      const day = syntheticBars({ interval: '15m', bars: 700, seed, volatility, drift: 0.0002, swing: 50 });
      await expectParity(day, day.openTime[400]!, day.closeTime[699]!, { orders: 2 });
    },
    300_000,
  );
});
