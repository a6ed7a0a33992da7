import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import type { AnalysisEvents } from '../../api/documents.ts';
import type { DecisionDocument, SignalDocument } from '../../domain/record.ts';
import type { Consensus } from '../../domain/signal.ts';
import { ApiFailure, postEvents } from '../api/client.ts';

/** One analysis as it unfolds. */
export interface Analysis {
  symbol: string;
  interval?: string;
  phase: 'running' | 'done' | 'failed';
  step: string;
  signals: Record<string, SignalDocument>;
  consensus?: Consensus;
  decision?: DecisionDocument;
  failure?: unknown;
}

export function useAnalysis() {
  const client = useQueryClient();
  const [analysis, setAnalysis] = useState<Analysis>();
  const running = useRef<AbortController>(undefined);

  const start = useCallback(
    async (question: { symbol: string; interval?: string }) => {
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      const change = (part: (now: Analysis) => Partial<Analysis>) =>
        setAnalysis((now) => (now && running.current === abort ? { ...now, ...part(now) } : now));
      setAnalysis({ ...question, phase: 'running', step: 'Reading the market', signals: {} });
      const onEvent = (event: string, content: unknown) => {
        const told = { [event]: content } as Partial<AnalysisEvents>;
        if (told.step) change(() => ({ step: told.step!.text }));
        if (told.signal) change((now) => ({ signals: { ...now.signals, [told.signal!.analyst]: told.signal! } }));
        if (told.consensus) change(() => ({ consensus: told.consensus!, step: 'Sizing and checking risk' }));
        if (told.decision) change(() => settled(told.decision!));
        if (told.error) {
          const failure = new ApiFailure(200, told.error.error as ConstructorParameters<typeof ApiFailure>[1]);
          change(() => ({ phase: 'failed', failure }));
        }
      };
      try {
        await postEvents('/api/analyze', question, onEvent, abort.signal);
        change((now) =>
          now.phase === 'running' ? { phase: 'failed', failure: new Error('The answer broke off.') } : {},
        );
        void client.invalidateQueries({ queryKey: ['decisions'] });
      } catch (failure) {
        if (!abort.signal.aborted) change(() => ({ phase: 'failed', failure }));
      }
    },
    [client],
  );

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setAnalysis((now) => (now?.phase === 'running' ? undefined : now));
  }, []);

  return { analysis, start, stop };
}

/** The decision's own signals carry the final weights and contributions. */
const settled = (decision: DecisionDocument): Partial<Analysis> => ({
  phase: 'done',
  step: '',
  decision,
  consensus: decision.consensus,
  signals: Object.fromEntries(decision.signals.map((signal) => [signal.analyst, signal])),
});
