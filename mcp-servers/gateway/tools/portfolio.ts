import { z } from 'zod';
import type { SettledForecast } from '../../../src/domain/signal.ts';
import { analysts } from '../../../src/domain/signal.ts';
import type { ToolDeps } from '../../deps.ts';
import { accountDocument, accountMeta, positionDocuments } from '../../execution/documents.ts';
import { limitField } from '../../fields.ts';
import { deskMeta, rounded } from '../../meta.ts';
import { tool } from '../../tool.ts';

export const getPortfolio = tool({
  name: 'get_portfolio',
  title: 'Get portfolio',
  description: 'The account at its marks and what it holds. Amounts are decimal text in the account currency.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({ limit: limitField(50).default(20) }),
  output: z.object({
    account: z.looseObject({ equity: z.string(), currency: z.string() }),
    positions: z.array(z.looseObject({ symbol: z.string(), quantity: z.string() })),
  }),
  list: 'positions',
  async run({ desk, clock }: Pick<ToolDeps, 'desk' | 'clock'>) {
    const valuation = await desk.valuation();
    const data = { account: accountDocument(valuation), positions: positionDocuments(valuation) };
    return { data, meta: accountMeta(valuation, clock.now()) };
  },
});

export const getScoreboard = tool({
  name: 'get_scoreboard',
  title: 'Get scoreboard',
  description:
    'How each analyst and the consensus fared on forecasts that have settled: hit rate, Brier score (0 perfect, 0.25 a coin) and mean log score; null without any.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({ limit: limitField(2_000).default(500) }),
  output: z.object({
    analysts: z.array(z.looseObject({ analyst: z.string(), settled: z.int(), hitRate: z.number().nullable() })),
  }),
  async run({ stores, clock }: Pick<ToolDeps, 'stores' | 'clock'>, { limit }) {
    const names = [...analysts, 'consensus'];
    const rows = await Promise.all(
      names.map(async (analyst) => ({ analyst, ...scoresOf(await stores.forecasts.settled({ analyst, limit })) })),
    );
    return { data: { analysts: rows }, meta: deskMeta(clock.now(), 'journal') };
  },
});

function scoresOf(settled: readonly SettledForecast[]) {
  const mean = (of: (each: SettledForecast) => number) =>
    settled.length === 0 ? null : rounded(settled.reduce((sum, each) => sum + of(each), 0) / settled.length);
  return {
    settled: settled.length,
    hitRate: mean((each) => (each.correct ? 1 : 0)),
    brier: mean((each) => each.brier),
    logScore: mean((each) => each.logScore),
  };
}
