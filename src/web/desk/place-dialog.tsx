import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PlacementDocument } from '../../api/documents.ts';
import type { DecisionDocument } from '../../domain/record.ts';
import { post } from '../api/client.ts';
import { Outcome, Simulated, Stale } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { amount, money, price, readable } from '../parts/format.ts';
import { Problem } from '../parts/states.tsx';
import { linkTo } from '../shell/router.ts';
import { riskOf, worthOf } from './ticket.tsx';

/** Says once more what, how much and what it can cost; then places it and shows what became of it. */
export function PlaceDialog({
  decision,
  currency,
  onPlaced,
  onClose,
}: {
  decision: DecisionDocument;
  currency: string;
  onPlaced?: () => void;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const place = useMutation({
    mutationFn: () => post<PlacementDocument>(`/api/decisions/${encodeURIComponent(decision.decisionId)}/place`),
    onSuccess: ({ outcome }) => {
      if (outcome === 'placed') onPlaced?.();
      for (const key of ['account', 'positions', 'orders', 'fills']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const order = decision.risk.order;
  if (!order) return null;
  return (
    <Dialog title={place.data ? 'Paper order' : 'Place this paper order?'} onClose={onClose}>
      {place.data ? (
        <Result placement={place.data} currency={currency} symbol={decision.symbol} />
      ) : (
        <>
          <dl className="tabular flex flex-col divide-y divide-line text-[15px]">
            <Line term={order.side === 'buy' ? 'Buy' : 'Sell'}>
              {amount(order.quantity)} {decision.symbol}
            </Line>
            <Line term="At about">{price(order.referencePrice)}</Line>
            <Line term="Worth">{money(worthOf(order), currency)}</Line>
            <Line term="Stop loss">{price(order.stopLoss)}</Line>
            <Line term="Take profit">{price(order.takeProfit)}</Line>
            <Line term="Most it can lose at the stop">
              <span className="text-down">{money(riskOf(order), currency)}</span>
            </Line>
          </dl>
          <p className="mt-3 flex flex-wrap items-center gap-2 text-[13px] text-faint">
            {decision.simulated && <Simulated />}
            {decision.quality.stale && <Stale />}
            <span>Paper money only. Risk judges the order again at the price of this moment.</span>
          </p>
        </>
      )}
      {place.isError && (
        <div className="mt-3">
          <Problem failure={place.error} />
        </div>
      )}
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        {place.data ? (
          <>
            {place.data.outcome === 'placed' && (
              <a
                {...linkTo('/portfolio')}
                className="inline-flex h-11 items-center rounded-lg px-4 font-medium text-accent hover:underline"
              >
                See the portfolio
              </a>
            )}
            <Button look="primary" onClick={onClose} autoFocus>
              Done
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose} disabled={place.isPending}>
              Cancel
            </Button>
            <Button look="primary" busy={place.isPending} onClick={() => place.mutate()} autoFocus>
              {order.side === 'buy' ? 'Buy' : 'Sell'} on paper
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}

const Line = ({ term, children }: { term: string; children: React.ReactNode }) => (
  <div className="flex items-baseline justify-between gap-4 py-2">
    <dt className="text-soft">{term}</dt>
    <dd className="text-right font-semibold">{children}</dd>
  </div>
);

/** Fills where there are any, else how the orders stand, else the checks that refused. */
export function Result({
  placement,
  currency,
  symbol,
}: {
  placement: PlacementDocument;
  currency: string;
  symbol: string;
}) {
  const failed = placement.risk?.checks.filter((check) => !check.passed) ?? [];
  const entry = placement.orders.find((order) => order.role === 'entry') ?? placement.orders[0];
  return (
    <div aria-live="polite">
      <p className="flex items-center gap-2">
        <Outcome of={placement.outcome} />
        {entry && <Outcome of={entry.status} />}
      </p>
      {placement.fills.map((fill) => (
        <p key={fill.id} className="tabular mt-3 text-[16px] font-semibold">
          {fill.side === 'buy' ? 'Bought' : 'Sold'} {amount(fill.quantity)} {symbol} at {price(fill.price)}
          <span className="mt-0.5 block text-[13px] font-normal text-faint">
            Fee {money(fill.fee, currency)} · slippage {price(fill.slippage)}
          </span>
        </p>
      ))}
      {placement.outcome === 'placed' && placement.fills.length === 0 && (
        <p className="mt-3 text-[14px] text-soft">
          The order is working; it fills when the market reaches it or opens.
        </p>
      )}
      {placement.outcome === 'rejected' && (
        <>
          <p className="mt-3 text-[14px] text-soft">
            {entry?.status === 'rejected'
              ? `The broker refused the order${entry.reason ? `: ${entry.reason}` : '.'}`
              : `Risk judged the order again at the price of this moment, and refused it${failed.length > 0 ? ':' : '.'}`}
          </p>
          <ul className="mt-2 flex list-disc flex-col gap-1 pl-5 text-[14px]">
            {failed.map((check) => (
              <li key={check.code}>{readable(check.message)}</li>
            ))}
          </ul>
          {placement.risk?.passesIf && (
            <p className="mt-2 text-[14px] text-soft">Would pass if: {readable(placement.risk.passesIf)}</p>
          )}
        </>
      )}
      {placement.orders.length > 1 && (
        <ul className="tabular mt-3 flex flex-col gap-1 border-t border-line pt-3 text-[13.5px] text-soft">
          {placement.orders
            .filter((order) => order !== entry)
            .map((order) => (
              <li key={order.clientOrderId} className="flex justify-between gap-3">
                <span>{order.role === 'stop' ? 'Stop loss' : order.role === 'target' ? 'Take profit' : 'Order'}</span>
                <span>
                  {price(order.stopPrice ?? order.limitPrice)} · {order.status}
                </span>
              </li>
            ))}
        </ul>
      )}
    </div>
  );
}
