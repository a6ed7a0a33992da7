import { describe, expect, it } from 'vitest';
import { aQuoted } from '../testing/builders.ts';
import { testDesk } from '../testing/test-desk.ts';
import type { OrderRequest } from './order-request.ts';
import { placeOrder } from './place-order.ts';
import { emergencyStop, setTradingState } from './set-trading-state.ts';
import { watch } from './watch.ts';

const apple = (changes: Partial<OrderRequest> = {}): OrderRequest => ({
  symbol: 'AAPL',
  side: 'buy',
  quantity: '10',
  stopLoss: '195',
  takeProfit: '210',
  origin: 'user',
  ...changes,
});
const failedOf = (placement: Awaited<ReturnType<typeof placeOrder>>) =>
  placement.verdict!.checks.filter((check) => !check.passed).map((check) => check.code);

describe('the trading state', () => {
  it('lasts, is tightened by anyone and loosened only by a person', async () => {
    const desk = await testDesk();
    await setTradingState(desk, { state: 'halted', reason: 'test', by: 'agent', origin: 'mcp' });
    await expect(
      setTradingState(desk, { state: 'active', reason: 'now', by: 'agent', origin: 'mcp' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect(failedOf(await placeOrder(desk, apple()))).toEqual(['trading_state']);
    await setTradingState(desk, { state: 'active', reason: 'all clear', by: 'owner' });
    expect((await placeOrder(desk, apple())).outcome).toBe('placed');
  });

  const resting = { limitPrice: '199', clientOrderId: 'resting' };

  it.each(['halted', 'reducing'] as const)(
    '%s leaves no entry at the broker, and keeps what protects',
    async (state) => {
      const desk = await testDesk();
      await placeOrder(desk, apple());
      desk.broker.script('rest', 'rest');
      await placeOrder(desk, apple(resting));
      const exit = { side: 'sell' as const, limitPrice: '208', stopLoss: undefined, takeProfit: undefined };
      await placeOrder(desk, apple({ ...exit, clientOrderId: 'exit' }));
      const report = await setTradingState(desk, { state, reason: 'storm', by: 'owner' });
      expect(report).toEqual({ cancelled: ['resting'], failed: [] });
      expect((await desk.broker.openOrders()).map((order) => order.clientOrderId)).not.toContain('resting');
      const left = (await desk.account()).openOrders;
      expect(left.map(({ role, reduceOnly }) => ({ role, reduceOnly }))).toEqual(
        expect.arrayContaining([
          { role: 'stop', reduceOnly: true },
          { role: 'target', reduceOnly: true },
          { role: 'entry', reduceOnly: true },
        ]),
      );
    },
  );

  it('holds where a cancellation fails, says so, and the watch tries again', async () => {
    const desk = await testDesk();
    desk.broker.script('rest');
    await placeOrder(desk, apple(resting));
    desk.broker.down = true;
    const report = await setTradingState(desk, { state: 'halted', reason: 'storm', by: 'agent', origin: 'mcp' });
    expect(report).toMatchObject({ cancelled: [], failed: [{ what: 'resting' }] });
    expect(await desk.account()).toMatchObject({ tradingState: 'halted', openOrders: [{ clientOrderId: 'resting' }] });
    desk.broker.down = false;
    expect((await watch(desk)).cancelled).toEqual(['resting']);
    expect((await desk.account()).openOrders).toEqual([]);
  });

  it('a program may not flatten a halted desk, since that lets orders leave again', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    await setTradingState(desk, { state: 'halted', reason: 'storm', by: 'owner' });
    const flatten = { reason: 'no', by: 'agent', origin: 'mcp', flatten: true };
    await expect(emergencyStop(desk, flatten)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await emergencyStop(desk, { ...flatten, origin: 'user' })).closed).toEqual(['AAPL']);
    expect(await desk.account()).toMatchObject({ positions: [], tradingState: 'halted' });
  });

  it('an emergency stop cancels entries, keeps the stops of positions, and halts', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    desk.broker.script('rest');
    await placeOrder(desk, {
      symbol: 'EURUSD',
      side: 'buy',
      quantity: '1000',
      stopLoss: '1.09',
      limitPrice: '1.095',
      origin: 'user',
    });
    const report = await emergencyStop(desk, { reason: 'red button', by: 'owner' });
    expect(report).toMatchObject({ cancelled: [expect.any(String)], closed: [], failed: [] });
    const account = await desk.account();
    expect(account.tradingState).toBe('halted');
    expect(account.openOrders.map((order) => order.role).sort()).toEqual(['stop', 'target']);
  });

  it('with flatten nothing is left', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    expect(await emergencyStop(desk, { reason: 'red button', by: 'owner', flatten: true })).toMatchObject({
      closed: ['AAPL'],
      failed: [],
    });
    expect(await desk.account()).toMatchObject({ positions: [], openOrders: [], tradingState: 'halted' });
  });

  it('says what an emergency stop could not do, and halts all the same', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    desk.quotes.set('AAPL', aQuoted('AAPL', { sessionOpen: false }));
    const report = await emergencyStop(desk, { reason: 'red button', by: 'owner', flatten: true });
    expect(report.failed).toMatchObject([{ what: 'AAPL' }]);
    expect((await desk.account()).tradingState).toBe('halted');
  });
});
