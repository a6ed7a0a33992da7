import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../src/domain/errors.ts';
import { coerceArguments } from './coerce.ts';
import { amountField, intervalField, symbolsField } from './fields.ts';
import { jsonSchemaOf } from './schema.ts';

const order = z.strictObject({
  symbols: symbolsField,
  interval: intervalField.optional(),
  intervals: z.array(intervalField).optional(),
  qty: amountField.optional(),
  limit: z.int().min(1).max(100).optional(),
  time_in_force: z.enum(['day', 'gtc']).optional(),
  dry_run: z.boolean().optional(),
  options: z.object({ deep: z.boolean() }).optional(),
});
const schema = jsonSchemaOf(order, 'input');
const coerce = (args: unknown) => coerceArguments(schema, args);

describe('spellings of arguments', () => {
  it.each([
    [{ symbol: 'EURUSD' }, { symbols: ['EURUSD'] }],
    [{ tickers: 'EURUSD; AAPL BTC-USD' }, { symbols: ['EURUSD', 'AAPL', 'BTC-USD'] }],
    ['{"symbols":["EURUSD"]}', { symbols: ['EURUSD'] }],
    [{ timeframe: 'H4' }, { interval: '4h' }],
    [{ intervals: '1Hour,D1' }, { intervals: ['1h', '1d'] }],
    [{ quantity: 1000 }, { qty: '1000' }],
    [{ qty: 1.5e-8 }, { qty: '0.000000015' }],
    [{ limit: ' 20 ' }, { limit: 20 }],
    [{ limit: [5] }, { limit: 5 }],
    [{ tif: 'GTC' }, { time_in_force: 'gtc' }],
    [{ dryRun: 'TRUE' }, { dry_run: true }],
    [{ options: '{"deep":true}' }, { options: { deep: true } }],
    [{ limit: null, qty: '' }, {}],
    [undefined, {}],
    [null, {}],
  ])('%j means %j', (given, meant) => {
    expect(coerce(given)).toEqual(meant);
  });

  it.each([[{ limit: 'ten' }], [{ dry_run: 'maybe' }], [{ nonsense: 1 }], [{ time_in_force: 'whenever' }]])(
    'leaves %j for the schema to refuse',
    (given) => {
      expect(coerce(given)).toEqual(given);
      expect(order.safeParse({ symbols: ['A'], ...(coerce(given) as object) }).success).toBe(false);
    },
  );

  it('keeps the name that was given when both are', () => {
    expect(coerce({ interval: '1h', timeframe: '4h' })).toEqual({ interval: '1h', timeframe: '4h' });
  });

  it('does not let a key reach into prototypes', () => {
    const spelled = coerce('{"__proto__":{"limit":5},"constructor":1}') as Record<string, unknown>;
    expect(spelled.limit).toBeUndefined();
    expect(order.safeParse(spelled).success).toBe(false);
  });

  it('is at home with what it made itself, and fails on nothing but an unknown interval', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(schema.properties!), 'x'), fc.jsonValue()), (given) => {
        try {
          const once = coerce(given);
          expect(coerce(once)).toEqual(once);
        } catch (failure) {
          expect((failure as AppError).code).toBe('unknown_interval');
          expect(failure).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});
