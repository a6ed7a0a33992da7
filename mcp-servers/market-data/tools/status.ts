import { z } from 'zod';
import { DAY, toIso } from '../../../src/domain/time.ts';
import type { ToolDeps } from '../../deps.ts';
import { askedTime, cursorField, limitField, symbolField, timeField } from '../../fields.ts';
import { kindOfMarket } from '../../kind-of-market.ts';
import { deskMeta } from '../../meta.ts';
import { tool } from '../../tool.ts';

type CalendarDeps = Pick<ToolDeps, 'marketData' | 'stores' | 'clock' | 'situation'>;

const impacts = ['low', 'medium', 'high'] as const;

export const getEconomicCalendar = tool({
  name: 'get_economic_calendar',
  title: 'Get economic calendar',
  description:
    'Scheduled releases, oldest first, by symbol or currencies; `actual` only once released. Default: the next 7 days. Example: {"currencies":["USD"],"impact":"high"}.',
  effect: 'read',
  openWorld: true,
  scope: 'market:read',
  input: z.strictObject({
    symbol: symbolField.optional(),
    currencies: z.array(z.string().trim().toUpperCase().length(3)).max(10).optional(),
    impact: z.enum(impacts).default('low'),
    from: timeField.optional(),
    to: timeField.optional(),
    asOf: timeField.optional(),
    limit: limitField(200).default(30),
    cursor: cursorField.optional(),
  }),
  output: z.object({
    events: z.array(
      z.looseObject({ name: z.string(), currency: z.string(), impact: z.string(), eventTime: z.string() }),
    ),
  }),
  list: 'events',
  async run(deps: CalendarDeps, asked, { signal }) {
    const asOf = askedTime(asked.asOf, deps.clock.now());
    const from = asked.from ?? asOf;
    const instrument = asked.symbol === undefined ? undefined : deps.marketData.resolve(asked.symbol);
    const simulated = instrument && (await kindOfMarket(deps, instrument.symbol, asOf, signal));
    const currencies = asked.currencies ?? (instrument ? [instrument.base, instrument.quote] : undefined);
    const to = asked.to ?? from + 7 * DAY;
    const stored = await deps.stores.calendar.read({ asOf, from, to, ...(currencies ? { currencies } : {}) });
    const found = stored.filter((event) => simulated === undefined || (event.simulated ?? false) === simulated);
    const least = impacts.indexOf(asked.impact);
    const events = found
      .filter((event) => impacts.indexOf(event.impact) >= least)
      .map(({ name, currency, impact, eventTime, previous, forecast, actual, unit, source, simulated }) => ({
        name,
        currency,
        impact,
        eventTime: toIso(eventTime),
        previous,
        forecast,
        actual,
        unit,
        source,
        simulated,
      }));
    const meta = deskMeta(asOf, [...new Set(found.map((event) => event.source))].join(', ') || 'none');
    const notices = found.length === 0 ? { notices: ['No release is stored for this question.'] } : {};
    const invented = found.some((event) => event.simulated) ? { simulated: true as const } : {};
    return { data: { events }, meta: { ...meta, ...invented, ...notices } };
  },
});

export const getSources = tool({
  name: 'get_sources',
  title: 'Get data sources',
  description: 'Vendors on and off and why, and which bars are stored (optionally of one symbol).',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({
    symbol: symbolField.optional(),
    limit: limitField(200).default(30),
    cursor: cursorField.optional(),
  }),
  output: z.object({
    vendors: z.array(z.looseObject({ name: z.string(), offered: z.boolean() })),
    stored: z.array(z.looseObject({ symbol: z.string(), interval: z.string(), source: z.string(), bars: z.int() })),
  }),
  list: 'stored',
  async run({ marketData, stores, clock }: Pick<ToolDeps, 'marketData' | 'stores' | 'clock'>, { symbol }) {
    const coverage = await stores.bars.coverage(symbol === undefined ? undefined : marketData.resolve(symbol).symbol);
    const vendors = marketData.vendors().map(({ lastSuccess, lastFailure, ...vendor }) => ({
      ...vendor,
      lastSuccess: lastSuccess === undefined ? undefined : toIso(lastSuccess),
      lastFailure: lastFailure && { at: toIso(lastFailure.at), message: lastFailure.message.slice(0, 200) },
    }));
    const stored = coverage.map(({ from, to, ...each }) => ({ ...each, from: toIso(from), to: toIso(to) }));
    return { data: { vendors, stored }, meta: deskMeta(clock.now()) };
  },
});
