import type { Plain } from '../../domain/canonical.ts';
import type { OrderIntent } from '../../domain/order.ts';
import type { DecisionDocument } from '../../domain/record.ts';
import { Direction, Outcome } from '../parts/badge.tsx';
import { Card, Stat } from '../parts/card.tsx';
import { amount, capital, money, percent, price, readable, words } from '../parts/format.ts';
import { Placeholder } from '../parts/states.tsx';

/** What the order could lose at its stop, in the account's currency; undefined without a stop. */
export function riskOf(intent: Plain<OrderIntent>): number | undefined {
  if (intent.stopLoss === undefined) return undefined;
  return (
    Math.abs(Number(intent.referencePrice) - Number(intent.stopLoss)) * Number(intent.quantity) * Number(intent.rate)
  );
}

export const worthOf = (intent: Plain<OrderIntent>) =>
  Number(intent.referencePrice) * Number(intent.quantity) * Number(intent.rate);

const rewardToRisk = ({ referencePrice, stopLoss, takeProfit }: Plain<OrderIntent>) =>
  stopLoss === undefined || takeProfit === undefined
    ? undefined
    : Math.abs(Number(takeProfit) - Number(referencePrice)) / Math.abs(Number(referencePrice) - Number(stopLoss));

/** The sized order and what risk said. The button only asks; the dialog places. */
export function Ticket({
  decision,
  currency,
  action,
}: {
  decision?: DecisionDocument;
  currency: string;
  action?: React.ReactNode;
}) {
  if (!decision) {
    return (
      <Card title="Order">
        <div className="flex flex-col gap-4" role="status" aria-label="Waiting for the consensus">
          <Placeholder className="h-8 w-2/3" />
          <Placeholder className="h-24" />
          <Placeholder className="h-11" />
        </div>
      </Card>
    );
  }
  const { risk, intent, symbol } = decision;
  const order = risk.order ?? intent;
  return (
    <Card title="Order" aside={<Outcome of={risk.outcome} />}>
      <div className="arrive">
        {order ? (
          <>
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <Direction of={order.side} />
              <span className="tabular text-[20px] font-semibold tracking-tight">{amount(order.quantity)}</span>
              <span className="text-soft">{symbol}</span>
              {risk.outcome === 'rejected' && <span className="text-[12.5px] text-faint">as wished</span>}
              {intent && risk.order && intent.quantity !== risk.order.quantity && (
                <span className="tabular text-[12.5px] text-faint">of {amount(intent.quantity)} wished</span>
              )}
            </p>
            <dl className="mt-3 grid grid-cols-3 gap-3">
              <Stat label="Entry" hint={words(order.type)}>
                {price(order.referencePrice)}
              </Stat>
              <Stat label="Stop loss" tone="text-down">
                {price(order.stopLoss)}
              </Stat>
              <Stat label="Take profit" tone="text-up">
                {price(order.takeProfit)}
              </Stat>
              <Stat label="Most it can lose" hint="at the stop">
                {money(riskOf(order), currency)}
              </Stat>
              <Stat label="Worth">{money(worthOf(order), currency)}</Stat>
              <Stat label="Reward to risk">{rewardToRisk(order)?.toFixed(2) ?? '–'}</Stat>
            </dl>
            <Sizing order={order} />
          </>
        ) : (
          <p className="text-[14px] text-soft">{nothing(decision)}</p>
        )}
        {risk.outcome === 'rejected' && risk.passesIf && (
          <p className="mt-3 rounded-lg bg-raised px-3 py-2 text-[13.5px] text-soft">
            <span className="font-semibold text-ink">Would pass if: </span>
            {readable(risk.passesIf)}
          </p>
        )}
        {action && <div className="mt-4">{action}</div>}
      </div>
    </Card>
  );
}

function Sizing({ order }: { order: Plain<OrderIntent> }) {
  if (order.sizing.candidates.length === 0) return null;
  return (
    <details className="mt-3 text-[13px]">
      <summary className="w-fit rounded text-[12.5px] font-medium text-accent">How it was sized</summary>
      <ul className="tabular mt-2 flex flex-col gap-1.5">
        {order.sizing.candidates.map((candidate) => (
          <li key={candidate.method} className="flex justify-between gap-3">
            <span className="min-w-0">
              <span className={candidate.method === order.sizing.chosen ? 'font-semibold' : ''}>
                {capital(words(candidate.method))}
              </span>
              <span className="block text-[12.5px] text-faint">{candidate.note}</span>
            </span>
            <span className="shrink-0 font-medium">{amount(candidate.quantity)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function nothing({ consensus, notices }: DecisionDocument): string {
  if (consensus.reason === 'no_quorum') {
    return `Too few analysts have a view: ${percent(consensus.quorum.present)} of the weight, and ${percent(consensus.quorum.required)} is needed.`;
  }
  if (consensus.direction === 'flat') {
    return `The conviction of ${consensus.conviction.toFixed(2)} lies inside the no-trade band of ±${consensus.band.enter.toFixed(2)}. The desk stays out.`;
  }
  return readable(notices.at(-1) ?? 'The panel has a direction, but no order came of it.');
}
