import { streamSSE } from 'hono/streaming';
import { AppError, errorDocument } from '../../domain/errors.ts';
import type { DecisionDocument, PanelEntry, SignalDocument } from '../../domain/record.ts';
import { priorWeights } from '../../domain/signal.ts';
import type { Step } from '../../engine/desk.ts';
import * as wire from '../../wire.ts';
import { requirePrincipal } from '../auth/guard.ts';
import type { ApiDeps } from '../deps.ts';
import type { AnalysisEvents } from '../documents.ts';
import { answer, answers, body, createRoute, needs, resource } from '../openapi.ts';

const analyze = createRoute({
  method: 'post',
  path: '/analyze',
  summary: 'Six analysts, their consensus, the sized order and every risk check',
  description:
    'With `Accept: text/event-stream` the steps come first, as the events step, signal, consensus, risk, decision and error. Nothing is traded.',
  ...needs('analysis:run'),
  request: { body: body(wire.analyzeRequest) },
  responses: answers(answer<DecisionDocument>('Decision', 'What the desk thinks, and why.')),
});

export function analyzeRoutes({ desk, marketData, log }: Pick<ApiDeps, 'desk' | 'marketData' | 'log'>) {
  return resource().openapi(analyze, async (c) => {
    const request = c.req.valid('json');
    const question = { ...request, symbol: marketData.resolve(request.symbol).symbol, origin: 'user' };
    const { userId } = requirePrincipal(c);
    if (!c.req.header('accept')?.includes('text/event-stream')) {
      return c.json(await desk.analyze({ ...question, signal: c.req.raw.signal }), 200);
    }
    const requestId = c.get('requestId');
    return streamSSE(c, async (stream) => {
      const abort = new AbortController();
      stream.onAbort(() => abort.abort(new AppError('cancelled', 'The page stopped listening.')));
      const send = <E extends keyof AnalysisEvents>(event: E, content: AnalysisEvents[E]) =>
        stream.writeSSE({ event, data: JSON.stringify(content) });
      try {
        const onStep = (step: Step) => void tell(step, send);
        const document = await desk.analyze({ ...question, onStep, signal: abort.signal });
        await send('risk', { ...document.risk, intent: document.intent });
        await send('decision', document);
      } catch (failure) {
        // The status line is gone by now, so the error is an event of its own.
        if (!(failure instanceof AppError)) log?.error({ requestId, userId, err: failure }, 'An analysis failed');
        await send('error', errorDocument(failure));
      }
    }) as never;
  });
}

function tell(
  step: Step,
  send: <E extends keyof AnalysisEvents>(event: E, content: AnalysisEvents[E]) => Promise<void>,
) {
  if (step.kind === 'step') return send('step', { name: step.name, text: step.text });
  if (step.kind === 'signal') return send('signal', signalDocument(step.entry));
  return send('consensus', step.consensus);
}

/** A vote before the consensus: its weight is still the prior one, and it has contributed nothing yet. */
function signalDocument({ evidence, signal }: PanelEntry): SignalDocument {
  const view = signal.kind === 'view' ? signal : undefined;
  return {
    analyst: signal.analyst,
    kind: signal.kind,
    direction: view?.direction ?? null,
    probability: view?.probability ?? null,
    calibrated: view?.calibrated ?? null,
    confidence: view?.confidence ?? null,
    horizon: view?.horizon ?? null,
    expectedMove: view?.expectedMove ?? null,
    weight: priorWeights[signal.analyst],
    contribution: 0,
    evidence: Object.entries(evidence.facts).flatMap(([name, fact]) =>
      signal.evidence.includes(fact.id) || signal.evidence.includes(name) ? [fact] : [],
    ),
    rationale: signal.rationale,
    ...(signal.kind === 'abstention' ? { reason: signal.reason } : {}),
  };
}
