import { useCallback, useEffect, useState } from 'react';
import { Button, Spinner } from '../parts/button.tsx';
import { Empty, Problem } from '../parts/states.tsx';
import { Icon } from '../shell/icons.tsx';
import { useAccount } from '../shell/layout.tsx';
import { go, linkTo, useLocation } from '../shell/router.ts';
import { AnalysisView } from './analysis-view.tsx';
import { panel } from './analysts.ts';
import { AskBar } from './ask-bar.tsx';
import { PlaceDialog } from './place-dialog.tsx';
import { Notices, Provenance } from './provenance.tsx';
import { Recent } from './recent.tsx';
import { useAnalysis } from './use-analysis.ts';
import { useConfig, Watchlist } from './watchlist.tsx';

/** Ask, watch the votes arrive, read the verdict, place the order. */
export function DeskPage() {
  const { analysis, start, stop } = useAnalysis();
  const [placing, setPlacing] = useState(false);
  const [placed, setPlaced] = useState<string>();
  const defaultInterval = useConfig().data?.interval ?? '1h';
  const currency = useAccount().data?.currency ?? 'USD';
  const asked = new URLSearchParams(useLocation().split('?')[1]).get('analyze');

  const ask = useCallback(
    (question: { symbol: string; interval?: string }) => {
      setPlacing(false);
      void start(question);
    },
    [start],
  );
  // A link such as /?analyze=EURUSD, from the portfolio or a bookmark, asks once.
  useEffect(() => {
    if (!asked) return;
    go('/', { replace: true });
    ask({ symbol: asked });
  }, [asked, ask]);

  const decision = analysis?.decision;
  const symbol = decision?.symbol ?? analysis?.symbol ?? '';
  return (
    <div className="flex flex-col gap-4">
      <h1 className="sr-only">Desk</h1>
      <AskBar busy={analysis?.phase === 'running'} onAsk={ask} onStop={stop} />
      <Watchlist onAsk={(each) => ask({ symbol: each })} current={decision?.symbol} />
      {!analysis && <Welcome />}
      {analysis && (
        <section aria-label={`Analysis of ${symbol}`} className="flex flex-col gap-4">
          <header className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2">
            <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <p className="text-[22px] font-semibold tracking-tight">
                {decision?.symbol ?? analysis.symbol.toUpperCase()}
              </p>
              {decision && <Provenance decision={decision} />}
            </div>
            <p role="status" className="tabular flex items-center gap-2 text-[13.5px] text-faint">
              {analysis.phase === 'running' && (
                <>
                  <Spinner />
                  {analysis.step} · {Object.keys(analysis.signals).length} of {panel.length} votes
                </>
              )}
              {decision &&
                `Decided in ${decision.elapsedMs < 1_000 ? `${Math.round(decision.elapsedMs)} ms` : `${(decision.elapsedMs / 1_000).toFixed(1)} s`}`}
            </p>
          </header>
          {analysis.phase === 'failed' && (
            <Problem
              failure={analysis.failure}
              onRetry={() => ask(analysis)}
              onSuggestion={(symbol) => ask({ symbol, interval: analysis.interval })}
            />
          )}
          {decision && <Notices notices={decision.notices} />}
          {(analysis.phase !== 'failed' || Object.keys(analysis.signals).length > 0) && (
            <AnalysisView
              symbol={symbol}
              interval={decision?.interval ?? analysis.interval ?? defaultInterval}
              signals={analysis.signals}
              consensus={analysis.consensus}
              decision={decision}
              waiting={analysis.phase === 'running'}
              currency={currency}
              action={
                decision?.risk.order ? (
                  <PlaceButton done={placed === decision.decisionId} onPress={() => setPlacing(true)} />
                ) : undefined
              }
            />
          )}
        </section>
      )}
      {placing && decision && (
        <PlaceDialog
          decision={decision}
          currency={currency}
          onPlaced={() => setPlaced(decision.decisionId)}
          onClose={() => setPlacing(false)}
        />
      )}
    </div>
  );
}

const PlaceButton = ({ done, onPress }: { done: boolean; onPress: () => void }) =>
  done ? (
    <a
      {...linkTo('/portfolio')}
      className="flex h-11 items-center justify-center gap-2 rounded-lg bg-up-soft font-semibold text-up hover:underline"
    >
      <Icon name="check" size={18} />
      Placed. See the portfolio
    </a>
  ) : (
    <Button look="primary" className="w-full" onClick={onPress}>
      Place paper order
    </Button>
  );

const Welcome = () => (
  <>
    <Empty title="Ask the desk about an instrument">
      Type <b className="font-semibold text-ink">analyze EURUSD</b> or press one above. Six analysts look at the market,
      their consensus becomes a sized order, and risk checks every number of it. Nothing is traded until you say so, and
      only on paper.
    </Empty>
    <Recent />
  </>
);
