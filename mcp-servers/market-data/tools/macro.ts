import { z } from 'zod';
import { AppError } from '../../../src/domain/errors.ts';
import { type Timestamp, toIso } from '../../../src/domain/time.ts';
import type { ToolDeps } from '../../deps.ts';
import { askedTime, cursorField, limitField, timeField } from '../../fields.ts';
import { metaOf } from '../../meta.ts';
import { readCursor } from '../../paging.ts';
import { tool } from '../../tool.ts';

const dateOf = (time: Timestamp) => toIso(time).slice(0, 10);

export const getMacroSeries = tool({
  name: 'get_macro_series',
  title: 'Get macro series',
  description:
    'A macro series by its FRED id: one value per period, newest first, as current at asOf, with its release time. Example: {"series":"CPIAUCSL","limit":13}. Offline: SIM_USD_CPI_Y_Y and the like.',
  effect: 'read',
  openWorld: true,
  scope: 'market:read',
  input: z.strictObject({
    series: z.string().trim().min(1).max(60),
    from: timeField.optional(),
    to: timeField.optional(),
    asOf: timeField.optional(),
    limit: limitField(500).default(24),
    cursor: cursorField.optional(),
  }),
  output: z.object({
    series: z.string(),
    title: z.string(),
    unit: z.string(),
    frequency: z.string(),
    currency: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number()]))),
  }),
  list: 'rows',
  async run({ macro, clock }: Pick<ToolDeps, 'macro' | 'clock'>, asked) {
    const { from, to, cursor } = asked;
    if (from !== undefined && to !== undefined && from > to) {
      throw new AppError('invalid_input', '"to" lies before "from".');
    }
    const now = clock.now();
    const asOf = askedTime(asked.asOf, now);
    // One period more than the page says whether there is another.
    const limit = (cursor === undefined ? 0 : readCursor(cursor)) + asked.limit + 1;
    const { series, observations, notices } = await macro.read({
      ...{ series: asked.series, asOf, limit },
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    const rows = observations
      .toReversed()
      .map(({ period, value, eventTime }) => [dateOf(period), value, toIso(eventTime)]);
    const simulated = series.source === 'simulated';
    const none = rows.length === 0 ? [`No value of ${series.id} was released by then in this range.`] : [];
    const data = {
      ...{ series: series.id, title: series.title, unit: series.unit, frequency: series.frequency },
      ...{ currency: series.currency, columns: ['period', 'value', 'released'], rows },
    };
    return { data, meta: metaOf({ asOf, source: series.source, simulated, notices: [...notices, ...none] }, now) };
  },
});
