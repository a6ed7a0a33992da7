import { lazy, type ReactNode, Suspense } from 'react';
import type { DecisionDocument, SignalDocument } from '../../domain/record.ts';
import type { Consensus } from '../../domain/signal.ts';
import { Card } from '../parts/card.tsx';
import { AnalystCard } from './analyst-card.tsx';
import { panel } from './analysts.ts';
import type { LevelDistances, Line } from './chart-levels.ts';
import { ConsensusPanel } from './consensus-panel.tsx';
import { RiskTable } from './risk-table.tsx';
import { Ticket } from './ticket.tsx';

// The chart is the largest part of the page and nothing waits for it.
const Chart = lazy(() => import('./chart.tsx').then((chart) => ({ default: chart.Chart })));

/** Everything about one decision, whether it is being made or was made long ago. */
export function AnalysisView({
  symbol,
  interval,
  signals,
  consensus,
  decision,
  waiting,
  currency,
  action,
}: {
  symbol: string;
  interval: string;
  signals: Record<string, SignalDocument>;
  consensus?: Consensus;
  decision?: DecisionDocument;
  waiting: boolean;
  currency: string;
  action?: ReactNode;
}) {
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,1fr)_380px]">
      <div className="order-2 flex min-w-0 flex-col gap-4 lg:order-1">
        <Card title={`${symbol} · ${interval}`} aside={<span className="text-[12px] text-faint">UTC</span>} flush>
          <Suspense fallback={<div className="h-[300px] md:h-[380px]" />}>
            <Chart
              symbol={symbol}
              interval={interval}
              asOf={decision?.asOf}
              lines={linesOf(decision)}
              distances={distancesOf(decision)}
            />
          </Suspense>
        </Card>
        <section aria-label="Analysts" className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3">
          {panel.map(({ analyst, name, looks }) => (
            <AnalystCard key={analyst} name={name} looks={looks} signal={signals[analyst]} waiting={waiting} />
          ))}
        </section>
      </div>
      <div className="order-1 flex min-w-0 flex-col gap-4 lg:order-2">
        <ConsensusPanel consensus={consensus} />
        <Ticket decision={decision} currency={currency} action={action} />
      </div>
      <div className="order-3 min-w-0 lg:col-span-2">
        <RiskTable checks={decision?.risk.checks} waiting={waiting} />
      </div>
    </div>
  );
}

/** Entry, stop and target of the order. */
function linesOf(decision: DecisionDocument | undefined): Line[] {
  const order = decision?.risk.order ?? decision?.intent;
  if (!order) return [];
  const { referencePrice, stopLoss, takeProfit } = order;
  return [
    { price: Number(referencePrice), title: 'Entry', tone: 'accent' },
    ...(stopLoss === undefined ? [] : [{ price: Number(stopLoss), title: 'Stop', tone: 'down' } as const]),
    ...(takeProfit === undefined ? [] : [{ price: Number(takeProfit), title: 'Target', tone: 'up' } as const]),
  ];
}

/** How far below and above the close the chart analyst saw support and resistance, in average true ranges. */
function distancesOf(decision: DecisionDocument | undefined): LevelDistances {
  const facts = decision?.signals.flatMap((signal) => signal.evidence) ?? [];
  const distance = (id: string) => {
    const value = facts.find((fact) => fact.id === id)?.value;
    return typeof value === 'number' ? value : undefined;
  };
  return { support: distance('chart.support_distance'), resistance: distance('chart.resistance_distance') };
}
