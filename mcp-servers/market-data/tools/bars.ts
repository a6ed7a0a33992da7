import { z } from 'zod';
import { AppError } from '../../../src/domain/errors.ts';
import { sessionKinds } from '../../../src/domain/instrument.ts';
import { type Timestamp, toIso } from '../../../src/domain/time.ts';
import { adjustments } from '../../../src/ports/market-data.ts';
import type { ToolDeps } from '../../deps.ts';
import { askedTime, cursorField, intervalField, limitField, symbolField, timeField } from '../../fields.ts';
import { figures, historyMeta } from '../../meta.ts';
import { tool } from '../../tool.ts';

const columns = ['openTime', 'open', 'high', 'low', 'close', 'volume'];

export const getBars = tool({
  name: 'get_bars',
  title: 'Get bars',
  description:
    'Complete OHLCV bars as rows of columns, oldest first, times UTC; at most `limit`, the newest before `to`. `asOf` shows only what was known then. Shares: regular hours and adjusted for splits unless `session` and `adjustment` say otherwise. Example: {"symbol":"EURUSD","interval":"1h","limit":24}.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({
    symbol: symbolField,
    interval: intervalField.default('1h'),
    limit: limitField(500).default(60),
    from: timeField.optional(),
    to: timeField.optional(),
    asOf: timeField.optional(),
    session: z.enum(sessionKinds).optional(),
    adjustment: z.enum(adjustments).optional(),
    cursor: cursorField.optional(),
  }),
  output: z.object({
    symbol: z.string(),
    interval: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  }),
  async run({ marketData, clock }: Pick<ToolDeps, 'marketData' | 'clock'>, asked, { signal }) {
    const { interval, limit, from, to, cursor, session, adjustment } = asked;
    const { symbol } = marketData.resolve(asked.symbol);
    const now = clock.now();
    const known = Math.min(askedTime(asked.asOf, now), to ?? Number.POSITIVE_INFINITY);
    if (from !== undefined && from >= known) {
      throw new AppError('invalid_input', '"from" must lie before "to" and asOf.');
    }
    const before = cursor === undefined ? undefined : readCursor(cursor);
    // One bar more than asked says whether there is another page; a page overlaps its neighbour by that bar.
    const history = await marketData.history({
      symbol,
      interval,
      limit: limit + (before === undefined ? 1 : 2),
      asOf: before ?? known,
      ...(from === undefined ? {} : { from }),
      ...(session === undefined ? {} : { session }),
      ...(adjustment === undefined ? {} : { adjustment }),
      signal,
    });
    const fresh = before === undefined ? history.bars : history.bars.filter((bar) => bar.closeTime < before);
    const page = fresh.slice(-limit);
    const meta = historyMeta(history, now);
    const data = {
      symbol,
      interval,
      columns,
      rows: page.map((bar) => [
        toIso(bar.openTime),
        figures(bar.open),
        figures(bar.high),
        figures(bar.low),
        figures(bar.close),
        figures(bar.volume, 6),
      ]),
    };
    return { data, meta: fresh.length > limit ? { ...meta, cursor: writeCursor(page[0]!.closeTime) } : meta };
  },
});

const writeCursor = (closeTime: Timestamp) => Buffer.from(`b${closeTime}`).toString('base64url');

function readCursor(cursor: string): Timestamp {
  const match = /^b(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match) {
    throw new AppError('invalid_input', `"${cursor}" is not a cursor of get_bars.`, {
      hint: 'Give back meta.cursor of the answer before, unchanged.',
    });
  }
  return Number(match[1]);
}
