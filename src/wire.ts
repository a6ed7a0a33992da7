import { z } from 'zod';
import { formatAmount, parseAmount } from './domain/decimal.ts';
import { AppError, type ErrorCode } from './domain/errors.ts';
import { parseInterval, parseTime } from './domain/time.ts';

/**
 * What every door reads: the same names, spellings and bounds over HTTP, MCP and the command line. Schemas are strict
 * and live at module scope, because building one costs more than using it.
 */

/** Runs a domain parser inside a schema and keeps its code, so that a bad interval stays `unknown_interval`. */
const parsed =
  <T>(parse: (text: string) => T) =>
  (text: string, context: z.RefinementCtx): T => {
    try {
      return parse(text);
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      const { code, hint } = failure;
      context.addIssue({ code: 'custom', message: failure.message, params: { appCode: code, hint } });
      return z.NEVER;
    }
  };

/** Any usual spelling of an instrument; the registry resolves it. */
export const symbol = z
  .string('Name an instrument, such as EURUSD.')
  .trim()
  .min(1, 'Name an instrument, such as EURUSD.')
  .max(32, 'An instrument name has at most 32 characters.')
  .describe('Instrument in any usual spelling: EURUSD, EUR/USD, BTC-USD, AAPL.');

/** A list, or one text with commas: `EURUSD,BTCUSDT`. */
export const symbols = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : value.split(',')).map((each) => each.trim()).filter(Boolean))
  .pipe(z.array(symbol).min(1, 'Name at least one instrument.').max(50, 'At most 50 instruments at once.'))
  .describe('Instruments: a list, or one text with commas.');

export const interval = z
  .string()
  .max(16)
  .transform(parsed(parseInterval))
  .describe('Bar interval: 1m 5m 15m 30m 1h 4h 1d 1w 1M; usual spellings such as H1 or 60min are read too.');

/** A moment; ISO text, or milliseconds since 1970. */
export const time = z
  .union([z.string().max(40).transform(parsed(parseTime)), z.number().int().nonnegative()])
  .describe('A time in ISO 8601, UTC unless it names a zone.');

/** Whole number from 1 to 5,000, also as text. */
export const limit = z.coerce
  .number('A limit is a whole number.')
  .int('A limit is a whole number.')
  .min(1, 'A limit is at least 1.')
  .max(5_000, 'A limit is at most 5,000.')
  .describe('How many at most, 1 to 5,000.');

/** Decimal text with at most nine places; a JSON number is read as its shortest text. */
export const decimal = z
  .union([z.string().max(40), z.number()])
  .transform(String)
  .transform(parsed((text) => formatAmount(parseAmount(text))))
  .describe('An exact decimal number as text, such as "1.0845".');

/** A size or a price: more than zero. */
const positive = decimal.refine((text) => !/^-|^0(\.0*)?$/.test(text), 'must be more than zero.');

/** `true`, `1`, `yes`, an empty text (a bare `?dryRun`), and their opposites. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0', 'yes', 'no', ''])])
  .transform((value) => value === true || value === 'true' || value === '1' || value === 'yes' || value === '');

const alias = { timeframe: interval.optional().describe('Alias of interval.') };
const unaliased = <T extends { interval?: z.output<typeof interval>; timeframe?: z.output<typeof interval> }>({
  timeframe,
  ...rest
}: T) => ({ ...rest, interval: rest.interval ?? timeframe });

export const analyzeRequest = z
  .strictObject({ symbol, interval: interval.optional(), ...alias, asOf: time.optional() })
  .transform(unaliased);

export const barsRequest = z
  .strictObject({
    symbol,
    interval: interval.optional(),
    ...alias,
    asOf: time.optional(),
    from: time.optional(),
    limit: limit.default(300),
  })
  .transform(unaliased);

/** A macro series' id, e.g. CPIAUCSL. */
export const macroSeries = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .describe('Id of a macro series, as FRED has it: CPIAUCSL, UNRATE, DGS10.');

export const macroRequest = z.strictObject({
  from: time.optional(),
  to: time.optional(),
  asOf: time.optional(),
  limit: limit.default(120),
});

export const orderRequest = z
  .strictObject({
    symbol,
    side: z.enum(['buy', 'sell']),
    quantity: positive.optional().describe('Units of the instrument: base currency, coins or shares.'),
    notional: positive.optional().describe('Instead of quantity: how much money, in the quote currency.'),
    type: z.enum(['market', 'limit', 'stop', 'stop_limit']).optional(),
    limitPrice: positive.optional(),
    stopPrice: positive.optional(),
    stopLoss: positive.optional().describe('Where the order is given up; most risk profiles require it.'),
    takeProfit: positive.optional(),
    timeInForce: z.enum(['day', 'gtc', 'ioc', 'fok']).optional(),
    reduceOnly: z.boolean().optional().describe('May only make a position smaller.'),
    clientOrderId: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'A client order id is 1 to 64 letters, digits, dots, dashes or underscores.')
      .optional()
      .describe('Sending the same id twice is one order.'),
    decisionId: z.string().max(64).optional(),
  })
  .refine((order) => (order.quantity === undefined) !== (order.notional === undefined), {
    path: ['quantity'],
    message: 'Give either quantity or notional.',
  });
export type OrderRequestBody = z.output<typeof orderRequest>;

export const tradingStateRequest = z.strictObject({
  state: z.enum(['active', 'reducing', 'halted']),
  reason: z.string().trim().min(1, 'Say why.').max(200),
});

export const emergencyStopRequest = z.strictObject({
  reason: z.string().trim().min(1, 'Say why.').max(200),
  flatten: z.boolean().default(false).describe('Close every position at the market, too.'),
});

export const cycleRequest = z
  .strictObject({
    symbols: symbols.optional(),
    interval: interval.optional(),
    ...alias,
    slot: time.optional().describe('Which turn this is; asked again, the same slot trades once. Default: now.'),
  })
  .transform(unaliased);

const columnFields = ['time', 'open', 'high', 'low', 'close', 'volume', 'symbol'] as const;

/** `time=Date,close=Last`: which column of a file is which. */
const columnNames = z
  .string()
  .max(500)
  .transform((text, context) => {
    const names: Partial<Record<(typeof columnFields)[number], string>> = {};
    for (const pair of text.split(',')) {
      const [field, ...name] = pair.split('=').map((each) => each.trim());
      const known = columnFields.find((each) => each === field?.toLowerCase());
      if (!known || name.join('=') === '') {
        const message = `"${pair}" names no column; write for example time=Date,close=Last with ${columnFields.join(', ')}.`;
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
      names[known] = name.join('=');
    }
    return names;
  })
  .describe('Which column is which, where the file does not say: time=Date,close=Last.');

export const importQuery = z
  .strictObject({
    symbol,
    interval: interval.optional(),
    ...alias,
    timezone: z.string().max(64).optional().describe('IANA zone of the times in the file, where it does not say.'),
    columns: columnNames.optional(),
    delimiter: z.string().length(1).optional().describe('Between cells, where it is not found: , ; | or a tab.'),
    dates: z
      .enum(['year-month-day', 'day.month.year', 'day/month/year', 'month/day/year', 'yearmonthday', 'epoch'])
      .optional()
      .describe('How times are written, where both day and month could come first.'),
    scale: z.coerce.number().positive().max(1e9).optional().describe('Divides prices that are counted in points.'),
    prices: z.enum(['mid', 'bid', 'ask']).optional().describe('Of a file with bid and ask; mid by default.'),
    name: z.string().max(200).optional().describe('File name, when the body is the file itself.'),
    dryRun: flag.optional(),
  })
  .transform(unaliased);

export const exportQuery = z
  .strictObject({
    symbol,
    interval: interval.optional(),
    ...alias,
    source: z.string().max(64).optional().describe('Whose bars; the best source that has any by default.'),
    from: time.optional(),
    to: time.optional(),
    asOf: time.optional(),
    limit: z.coerce.number().int().positive().max(1_000_000).optional().describe('The last so many; all by default.'),
    format: z.enum(['csv', 'parquet', 'json']).default('csv'),
  })
  .transform(unaliased);

/** Bars that MetaTrader names and every desk can place on a grid; longer ones are made from them. */
const pushedIntervals = ['1m', '5m', '15m', '30m', '1h', '4h', '1d'] as const;

/** What the MetaTrader 5 expert advisor pushes; times are its server's clock. */
export const mt5Push = z
  .strictObject({
    utcOffsetSeconds: z
      .int()
      .min(-50_400)
      .max(50_400)
      .optional()
      .describe("The server's clock minus UTC now; 0 when times are UTC. For bars of the last days only."),
    serverTimeZone: z
      .string()
      .max(64)
      .optional()
      .describe("Instead: the zone of the server's clock, IANA, +02:00 or broker (New York close)."),
    bars: z
      .array(
        z.strictObject({
          symbol,
          interval: z.enum(pushedIntervals),
          rows: z
            .array(z.tuple([z.int().positive(), z.number(), z.number(), z.number(), z.number(), z.number()]))
            .min(1)
            .max(5_000)
            .describe('[opening time in seconds since 1970, open, high, low, close, volume], oldest first.'),
        }),
      )
      .max(50)
      .default([]),
    quotes: z
      .array(
        z.strictObject({
          symbol,
          time: z.int().positive().describe('Milliseconds since 1970.'),
          bid: z.number(),
          ask: z.number(),
        }),
      )
      .max(1_000)
      .default([]),
  })
  .refine((push) => (push.utcOffsetSeconds === undefined) !== (push.serverTimeZone === undefined), {
    message: 'Give either utcOffsetSeconds or serverTimeZone: without it nobody knows when these prices were.',
  });

export const backtestRequest = z
  .strictObject({
    strategy: z.string().max(64).default('consensus'),
    symbol,
    interval: interval.optional(),
    ...alias,
    from: time.optional(),
    to: time.optional(),
    initialCash: decimal.optional(),
  })
  .transform(unaliased);

export type Mt5Push = z.output<typeof mt5Push>;

/** Reads a request or throws `invalid_input` (or the parser's own code) that names every field at fault. */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidInput(result.error.issues);
}

/** Zod's issues as one error that a person can act on; `details.fields` lists them for a form. */
export function invalidInput(issues: readonly z.core.$ZodIssue[]): AppError {
  const fields = issues.flatMap(fieldsOf);
  const message = fields.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join(' ');
  const only = issues.length === 1 && issues[0]?.code === 'custom' ? issues[0].params : undefined;
  const code = (only?.appCode as ErrorCode | undefined) ?? 'invalid_input';
  return new AppError(code, message || 'The request could not be read.', {
    hint: only?.hint as string | undefined,
    details: { fields },
  });
}

function fieldsOf(issue: z.core.$ZodIssue): { field: string; message: string }[] {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: [field, key].filter(Boolean).join('.'),
      message: 'is not a known field.',
    }));
  }
  // A union fails with one list per branch; the branch that got furthest says most.
  if (issue.code === 'invalid_union') {
    const nested = issue.errors.flat().find((each) => each.code === 'custom');
    if (nested) return [{ field, message: nested.message }];
  }
  if (issue.code === 'invalid_type' && issue.input === undefined && issue.message.startsWith('Invalid input')) {
    return [{ field, message: `is missing; expected ${issue.expected}.` }];
  }
  return [{ field, message: issue.message.endsWith('.') ? issue.message : `${issue.message}.` }];
}
