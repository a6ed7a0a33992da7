import type { DecisionDocument, SignalDocument } from '../../src/domain/record.ts';
import type { Fact } from '../../src/domain/signal.ts';
import { tidy } from '../meta.ts';

const FACTS = 4;

/** The decision document for a chat: every field of the whole one, lists cut to what carries the decision. */
export function briefDecision(document: DecisionDocument) {
  const { signals, consensus, intent, risk, ...rest } = document;
  return {
    ...rest,
    signals: signals.map(briefSignal),
    consensus: tidy(consensus),
    intent: intent && briefIntent(intent),
    risk: {
      outcome: risk.outcome,
      passesIf: risk.passesIf,
      failed: risk.checks
        .filter((check) => !check.passed)
        .map(({ code, actual, limit, unit, message }) => ({ code, actual, limit, unit, message })),
      passed: risk.checks.filter((check) => check.passed).map((check) => check.code),
      order: risk.order && briefIntent(risk.order),
    },
  };
}

/** The record's own sizing candidates and reference rates are for `detailed`. */
function briefIntent(intent: NonNullable<DecisionDocument['intent']>) {
  const { symbol, side, type, quantity, limitPrice, stopPrice, stopLoss, takeProfit, referencePrice } = intent;
  return { symbol, side, type, quantity, limitPrice, stopPrice, stopLoss, takeProfit, referencePrice };
}

const briefSignal = ({
  evidence,
  probability,
  confidence,
  expectedMove,
  weight,
  contribution,
  ...signal
}: SignalDocument) => ({
  ...signal,
  ...tidy({ probability, confidence, expectedMove, weight, contribution }),
  evidence: evidence.slice(0, FACTS).map(briefFact),
  ...(evidence.length > FACTS ? { moreEvidence: evidence.length - FACTS } : {}),
});

const briefFact = ({ id, value, unit }: Fact) => ({ id, value: tidy(value), unit });
