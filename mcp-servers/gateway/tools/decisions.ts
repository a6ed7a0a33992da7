import { z } from 'zod';
import { AppError } from '../../../src/domain/errors.ts';
import type { DecisionDocument } from '../../../src/domain/record.ts';
import { analysts, type Consensus } from '../../../src/domain/signal.ts';
import { parseTime, type Timestamp, toIso } from '../../../src/domain/time.ts';
import type { ToolDeps } from '../../deps.ts';
import {
  askedTime,
  cursorField,
  formatField,
  intervalField,
  limitField,
  symbolField,
  timeField,
} from '../../fields.ts';
import { deskMeta, metaOf, rounded } from '../../meta.ts';
import { tool } from '../../tool.ts';
import { briefDecision } from '../decision.ts';

/** The parts of a DecisionDocument that a client may count on; the whole of it in `detailed`. */
const decisionShape = z.object({
  decisionId: z.string(),
  symbol: z.string(),
  signals: z.array(z.custom<object>()),
  consensus: z.custom<Consensus>(),
  risk: z.custom<{ outcome: string }>(),
});

const decisionMeta = (document: DecisionDocument, now: Timestamp) =>
  metaOf(
    {
      asOf: parseTime(document.asOf),
      source: document.source,
      simulated: document.simulated ?? false,
      quality: document.quality,
    },
    now,
  );

export const analyzeSymbol = tool({
  name: 'analyze_symbol',
  title: 'Analyze a symbol',
  description:
    'Six analysts look at a symbol; gives their signals, the weighted consensus, the sized order and every risk check, and records it as a decision. Places nothing: place_decision does. Example: {"symbol":"EURUSD","interval":"1h"}.',
  effect: 'write',
  scope: 'analysis:run',
  input: z.strictObject({
    symbol: symbolField,
    interval: intervalField.optional(),
    asOf: timeField.optional(),
    response_format: formatField.default('concise'),
  }),
  output: decisionShape,
  async run({ desk, marketData, clock }: Pick<ToolDeps, 'desk' | 'marketData' | 'clock'>, asked, context) {
    const { symbol } = marketData.resolve(asked.symbol);
    const asOf = asked.asOf === undefined ? undefined : askedTime(asked.asOf, clock.now());
    let seen = 0;
    const document = await desk.analyze({
      symbol,
      interval: asked.interval,
      asOf,
      origin: 'mcp',
      signal: context.signal,
      onStep(step) {
        if (step.kind === 'step') return;
        seen++;
        const text = step.kind === 'signal' ? `${step.entry.signal.analyst} has judged` : 'the consensus is formed';
        // A client that went away while we tell it how far we are is no failure of the analysis.
        void context.progress(seen, analysts.length + 1, text).catch(() => undefined);
      },
    });
    const data = context.detailed ? { ...document } : briefDecision(document);
    return { data, meta: decisionMeta(document, clock.now()) };
  },
});

export const getDecision = tool({
  name: 'get_decision',
  title: 'Get a decision',
  description: 'A recorded decision by id: signals, consensus, order and risk as they were.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({ decision_id: z.string().min(1).max(64), response_format: formatField.default('concise') }),
  output: decisionShape,
  async run({ desk, stores, clock }: Pick<ToolDeps, 'desk' | 'stores' | 'clock'>, { decision_id: id }, { detailed }) {
    const record = await stores.decisions.get(id);
    if (!record) {
      throw new AppError('not_found', `There is no decision "${id}".`, { hint: 'list_decisions names the latest.' });
    }
    const document = desk.document(record);
    return { data: detailed ? { ...document } : briefDecision(document), meta: decisionMeta(document, clock.now()) };
  },
});

export const listDecisions = tool({
  name: 'list_decisions',
  title: 'List decisions',
  description: 'Latest decisions, newest first, one line each. Example: {"symbol":"EURUSD","limit":10}.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({
    symbol: symbolField.optional(),
    limit: limitField(100).default(20),
    cursor: cursorField.optional(),
  }),
  output: z.object({
    decisions: z.array(z.looseObject({ decisionId: z.string(), symbol: z.string(), direction: z.string() })),
  }),
  list: 'decisions',
  async run({ stores, marketData, clock }: Pick<ToolDeps, 'stores' | 'marketData' | 'clock'>, { symbol }) {
    const records = await stores.decisions.list({
      ...(symbol === undefined ? {} : { symbol: marketData.resolve(symbol).symbol }),
      limit: 500,
    });
    const decisions = records.map(({ id, panel, verdict, simulated, ...record }) => ({
      decisionId: id,
      symbol: record.symbol,
      interval: record.interval,
      asOf: toIso(record.asOf),
      direction: panel.consensus.direction,
      conviction: rounded(panel.consensus.conviction),
      probability: rounded(panel.consensus.probability),
      risk: verdict?.outcome ?? 'no_trade',
      origin: record.origin,
      simulated: simulated || undefined,
    }));
    return { data: { decisions }, meta: deskMeta(clock.now(), 'journal') };
  },
});
