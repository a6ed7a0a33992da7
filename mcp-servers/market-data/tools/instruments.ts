import { z } from 'zod';
import { formatAmount } from '../../../src/domain/decimal.ts';
import { assetClasses, type Instrument } from '../../../src/domain/instrument.ts';
import type { ToolDeps } from '../../deps.ts';
import { cursorField, limitField, symbolField } from '../../fields.ts';
import { deskMeta } from '../../meta.ts';
import { tool } from '../../tool.ts';

const brief = ({ symbol, name, assetClass, quote, venue, tradable }: Instrument) => ({
  symbol,
  name,
  assetClass,
  quote,
  venue,
  tradable,
});

const specification = (instrument: Instrument) => ({
  ...brief(instrument),
  base: instrument.base,
  calendar: instrument.calendar,
  tick: formatAmount(instrument.tick),
  lot: formatAmount(instrument.lot),
  minQuantity: formatAmount(instrument.minQuantity),
  pip: formatAmount(instrument.pip),
  contractSize: formatAmount(instrument.contractSize),
  marginRate: instrument.marginRate,
  shortable: instrument.shortable,
});

export const listInstruments = tool({
  name: 'list_instruments',
  title: 'List instruments',
  description: 'Instruments the desk knows. Example: {"assetClass":"fx"} or {"search":"gold"}.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({
    assetClass: z.enum(assetClasses).optional(),
    search: z.string().max(40).optional(),
    limit: limitField(500).default(50),
    cursor: cursorField.optional(),
  }),
  output: z.object({ instruments: z.array(z.object({ symbol: z.string(), name: z.string() })), total: z.int() }),
  list: 'instruments',
  async run({ marketData, clock }: Pick<ToolDeps, 'marketData' | 'clock'>, { assetClass, search = '' }) {
    const wanted = search.trim().toLowerCase();
    const found = marketData
      .instruments()
      .filter((each) => assetClass === undefined || each.assetClass === assetClass)
      .filter((each) => `${each.symbol} ${each.name} ${each.aliases.join(' ')}`.toLowerCase().includes(wanted));
    const data = { instruments: found.map(brief), total: found.length };
    return { data, meta: deskMeta(clock.now(), 'registry') };
  },
});

export interface ResolvingDeps extends Pick<ToolDeps, 'clock'> {
  marketData: Pick<ToolDeps['marketData'], 'find'>;
}

export const resolveSymbol = tool({
  name: 'resolve_symbol',
  title: 'Resolve a symbol',
  description:
    'Canonical symbol and contract details (tick, lot, pip, session calendar) of any spelling, e.g. "EUR/USD", "BTC-USD", "gold"; or candidates when several or none fit. A code that the desk does not know yet, e.g. "SHOP", is looked for in vendors\' listings and kept.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({ symbol: symbolField }),
  output: z.object({
    outcome: z.enum(['found', 'ambiguous', 'unknown']),
    instrument: z.looseObject({ symbol: z.string() }).optional(),
    candidates: z.array(z.string()),
    reason: z.string().optional(),
  }),
  async run({ marketData, clock }: ResolvingDeps, { symbol }, { signal }) {
    const resolution = await marketData.find(symbol, signal);
    const meta = deskMeta(clock.now(), 'registry');
    if (resolution.outcome === 'found') {
      return {
        data: { outcome: 'found' as const, instrument: specification(resolution.instrument), candidates: [] },
        meta,
      };
    }
    if (resolution.outcome === 'ambiguous') {
      return { data: { outcome: 'ambiguous' as const, candidates: resolution.candidates }, meta };
    }
    const { suggestions, reason } = resolution;
    return { data: { outcome: 'unknown' as const, candidates: suggestions, ...(reason ? { reason } : {}) }, meta };
  },
});
