import { describe, expect, it } from 'vitest';
import { analyzeRequest, barsRequest, flag, orderRequest, parseRequest, symbols } from './wire.ts';

const failureOf = (act: () => unknown) => {
  try {
    act();
  } catch (failure) {
    return failure;
  }
  throw new Error('It was accepted.');
};

describe('what every door reads', () => {
  it('reads usual spellings of intervals and times, and the alias timeframe', () => {
    const asked = { symbol: ' eur/usd ', timeframe: 'H1', asOf: '2025-06-30' };
    expect(parseRequest(analyzeRequest, asked)).toEqual({
      symbol: 'eur/usd',
      interval: '1h',
      asOf: Date.UTC(2025, 5, 30),
    });
  });

  it('keeps unknown_interval for an interval that does not exist', () => {
    expect(failureOf(() => parseRequest(analyzeRequest, { symbol: 'EURUSD', interval: '7h' }))).toMatchObject({
      code: 'unknown_interval',
      hint: expect.stringContaining('1m 5m'),
    });
  });

  it.each([
    [{}, 'symbol'],
    [{ symbol: 'EURUSD', size: 3 }, 'size'],
    [{ symbol: 'EURUSD', asOf: '31 June' }, 'asOf'],
  ])('names the field at fault in %o', (asked, field) => {
    expect(failureOf(() => parseRequest(analyzeRequest, asked))).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(field),
      details: { fields: [{ field }] },
    });
  });

  it('names every field at fault at once', () => {
    const failure = failureOf(() => parseRequest(orderRequest, { symbol: 'EURUSD', side: 'hold', quantity: '1e5' }));
    expect(failure).toMatchObject({ message: expect.stringMatching(/side:.*quantity:/) });
  });

  it('takes quantities as text or number, exactly', () => {
    const order = parseRequest(orderRequest, { symbol: 'BTCUSDT', side: 'buy', quantity: 0.1, stopLoss: '61000.50' });
    expect(order).toMatchObject({ quantity: '0.1', stopLoss: '61000.5' });
  });

  it('wants a quantity or a notional, not both and not neither', () => {
    const order = { symbol: 'EURUSD', side: 'buy' };
    expect(failureOf(() => parseRequest(orderRequest, order))).toMatchObject({ code: 'invalid_input' });
    const both = { ...order, quantity: '1', notional: '1' };
    expect(failureOf(() => parseRequest(orderRequest, both))).toMatchObject({ code: 'invalid_input' });
    expect(parseRequest(orderRequest, { ...order, notional: '5000' })).toMatchObject({ notional: '5000' });
  });

  it('reads lists from text, limits from text, and bare flags', () => {
    expect(parseRequest(symbols, 'EURUSD, BTCUSDT')).toEqual(['EURUSD', 'BTCUSDT']);
    expect(parseRequest(barsRequest, { symbol: 'EURUSD', limit: '10' })).toMatchObject({ limit: 10 });
    expect(['', 'true', '1', true].map((each) => parseRequest(flag, each))).toEqual([true, true, true, true]);
    expect(['false', '0', 'no'].map((each) => parseRequest(flag, each))).toEqual([false, false, false]);
  });

  it.each(['0', '5001', '1.5', 'many'])('refuses a limit of %s', (limit) => {
    expect(failureOf(() => parseRequest(barsRequest, { symbol: 'EURUSD', limit }))).toMatchObject({
      message: expect.stringContaining('limit'),
    });
  });
});
