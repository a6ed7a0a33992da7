import { z } from 'zod';
import { DAY, type Timestamp, toIso } from '../../../src/domain/time.ts';
import type { ToolDeps } from '../../deps.ts';
import { askedTime, cursorField, intervalField, limitField, symbolField, timeField } from '../../fields.ts';
import { metaOf } from '../../meta.ts';
import { tool } from '../../tool.ts';

type Deps = Pick<ToolDeps, 'marketData' | 'stores' | 'clock'>;
const kinds = ['split', 'dividend', 'earnings'] as const;

export const getCorporateActions = tool({
  name: 'get_corporate_actions',
  title: 'Get corporate actions',
  description:
    'Splits, dividends and earnings of a share, oldest first, as known at asOf. Default: a year back to 90 days ahead. Example: {"symbol":"AAPL","kinds":["dividend"]}.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({
    symbol: symbolField,
    kinds: z.array(z.enum(kinds)).min(1).max(3).optional(),
    from: timeField.optional(),
    to: timeField.optional(),
    asOf: timeField.optional(),
    limit: limitField(200).default(50),
    cursor: cursorField.optional(),
  }),
  output: z.object({
    symbol: z.string(),
    actions: z.array(z.looseObject({ kind: z.enum(kinds), effectiveTime: z.string(), source: z.string() })),
  }),
  list: 'actions',
  async run({ marketData, clock }: Pick<ToolDeps, 'marketData' | 'clock'>, asked, { signal }) {
    const { symbol } = marketData.resolve(asked.symbol);
    const now = clock.now();
    const asOf = askedTime(asked.asOf, now);
    const { actions: found, notices } = await marketData.corporateActions({
      ...{ symbol, asOf, from: asked.from ?? asOf - 365 * DAY, to: asked.to ?? asOf + 90 * DAY, signal },
      ...(asked.kinds ? { kinds: asked.kinds } : {}),
    });
    const written = (time: Timestamp | undefined) => (time === undefined ? undefined : toIso(time));
    const actions = found.map(({ id: _, symbol: __, receiveTime: ___, effectiveTime, eventTime, ...terms }) => ({
      ...terms,
      effectiveTime: toIso(effectiveTime),
      knownSince: toIso(eventTime),
      ...('payTime' in terms ? { payTime: written(terms.payTime) } : {}),
    }));
    const source = [...new Set(found.map((each) => each.source))].join(', ') || 'none';
    return { data: { symbol, actions }, meta: metaOf({ asOf, source, notices }, now) };
  },
});

export const getDataQuality = tool({
  name: 'get_data_quality',
  title: 'Get data quality',
  description:
    'How good the bars of a symbol are: score 0 to 1 and flags of the newest 500, what is stored by source and whether sources agree, and bars that failed a check with the reason.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({
    symbol: symbolField,
    interval: intervalField.default('1h'),
    limit: limitField(200).default(20),
    cursor: cursorField.optional(),
  }),
  output: z.object({
    symbol: z.string(),
    interval: z.string(),
    quality: z.looseObject({ score: z.number(), flags: z.array(z.string()) }),
    stored: z.array(z.looseObject({ source: z.string(), interval: z.string(), bars: z.int() })),
    rejected: z.array(z.looseObject({ flag: z.string(), at: z.string(), reason: z.string() })),
  }),
  list: 'rejected',
  async run({ marketData, stores, clock }: Deps, { symbol: spelling, interval }, { signal }) {
    const { symbol } = marketData.resolve(spelling);
    const history = await marketData.history({ symbol, interval, limit: 500, signal });
    const [coverage, rejected] = await Promise.all([
      stores.bars.coverage(symbol),
      stores.bars.quarantined(symbol, MOST_REJECTED),
    ]);
    const stored = coverage.map(({ symbol: _, from, to, ...each }) => ({ ...each, from: toIso(from), to: toIso(to) }));
    const data = {
      symbol,
      interval,
      quality: { ...history.quality },
      stored,
      // Raw values and repairs are the owner's matter: `conclave quality` shows and applies them.
      rejected: rejected.map(({ bar: _, repair, receiveTime: __, settled, ...each }) => ({
        ...each,
        ...(repair && !settled ? { repair: repair.rule } : {}),
        ...(settled ? { settled: settled.rule } : {}),
      })),
    };
    return { data, meta: { ...metaOf(history, clock.now()), ...deskNote(rejected.length) } };
  },
});

const MOST_REJECTED = 1_000;
const deskNote = (count: number) =>
  count < MOST_REJECTED ? {} : { truncated: `Only the newest ${MOST_REJECTED} rejected bars are listed.` };
