import { describe, it } from 'vitest';
import { expectParity } from '../testing/parity.ts';
import { recordedEurusd } from '../testing/recorded-eurusd.ts';
import { needsShared } from '../testing/shared.ts';
import { syntheticBars } from '../testing/synthetic-bars.ts';

describe('one day through the backtest and through the paper desk', () => {
  it('makes the same decisions, orders, fills and account, byte for byte, on a made-up day', async () => {
    const from = Date.UTC(2025, 2, 5);
    const day = syntheticBars({ interval: '5m', bars: 864, seed: 7, volatility: 0.0006, drift: 0.0002, swing: 60 });
    await expectParity(day, from, from + 8 * 3_600_000, { orders: 3 });
  }, 60_000);

  it.skipIf(!needsShared('the parity of a recorded week', 'data', 'ohlcv', 'fx'))(
    'makes the same decisions, orders, fills and account, byte for byte, on a recorded week',
    async () => {
      const [from, to] = [Date.UTC(2025, 2, 3), Date.UTC(2025, 2, 8)];
      await expectParity(recordedEurusd(to), from, to, { orders: 2 });
    },
    60_000,
  );
});
