import { z } from 'zod';
import type { AnalystName, Fact } from '../src/domain/signal.ts';
import { evidenceOf } from '../src/evidence/situation.ts';
import type { ToolDeps } from './deps.ts';
import { askedTime, intervalField, symbolField, timeField } from './fields.ts';
import { situationMeta } from './meta.ts';
import { type Scope, tool } from './tool.ts';

const input = z.strictObject({
  symbol: symbolField,
  interval: intervalField.default('1h'),
  asOf: timeField.optional(),
  knownAt: timeField.optional(),
});

/** An Evidence of the core, unrounded: it must reach the judge bit for bit as the backtest gives it. */
const output = z.object({ analyst: z.string(), symbol: z.string(), facts: z.record(z.string(), z.custom<Fact>()) });

/** The tool through which one analyst sees the market: the pure evidence function over what was known. */
export function evidenceTool({
  name,
  analyst,
  shows,
  scope,
  openWorld = false,
}: {
  name: string;
  analyst: AnalystName;
  shows: string;
  scope: Scope;
  openWorld?: boolean;
}) {
  return tool({
    name,
    title: `Evidence of the ${analyst}`,
    description: `Facts that the ${analyst} judges from: ${shows}. Unrounded, each with id, unit, time and source.`,
    effect: 'read',
    openWorld,
    scope,
    input,
    output,
    async run(
      { situation, marketData, clock }: Pick<ToolDeps, 'situation' | 'marketData' | 'clock'>,
      asked,
      { signal },
    ) {
      const { symbol } = marketData.resolve(asked.symbol);
      const now = clock.now();
      const { interval, knownAt } = asked;
      const asOf = asked.asOf === undefined ? undefined : askedTime(asked.asOf, now);
      const known = await situation({ symbol, interval, asOf, knownAt, signal });
      const evidence = evidenceOf[analyst](known);
      return { data: { ...evidence }, meta: situationMeta(known, now) };
    },
  });
}
