import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PlacementDocument, PositionDocument } from '../../api/documents.ts';
import { post } from '../api/client.ts';
import { useFollow, useQuote } from '../api/live.ts';
import { Result } from '../desk/place-dialog.tsx';
import { Direction, Stale } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { toneOf } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { amount, money, none, price, signedMoney } from '../parts/format.ts';
import { Empty } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { linkTo } from '../shell/router.ts';

export function Positions({ positions, currency }: { positions: readonly PositionDocument[]; currency: string }) {
  const client = useQueryClient();
  const [closing, setClosing] = useState<PositionDocument>();
  const [closed, setClosed] = useState<{ symbol: string; placement: PlacementDocument }>();
  useFollow(positions.map((position) => position.symbol));

  async function close({ symbol }: PositionDocument) {
    const placement = await post<PlacementDocument>(`/api/positions/${encodeURIComponent(symbol)}/close`);
    setClosed({ symbol, placement });
    for (const key of ['positions', 'account', 'orders', 'fills']) void client.invalidateQueries({ queryKey: [key] });
  }

  return (
    <>
      {positions.length === 0 && <NothingHeld />}
      {positions.length > 0 && (
        <Table
          label="Positions"
          rows={positions}
          keyOf={(position) => position.symbol}
          columns={[
            {
              head: 'Instrument',
              cell: (position) => (
                <a
                  {...linkTo(`/?analyze=${position.symbol}`)}
                  title={`Analyze ${position.symbol}`}
                  className="font-semibold hover:underline"
                >
                  {position.symbol}
                </a>
              ),
            },
            { head: 'Side', cell: (position) => <Direction of={position.side} /> },
            { head: 'Quantity', right: true, cell: (position) => amount(position.quantity) },
            { head: 'Average', right: true, cell: (position) => price(position.averagePrice) },
            { head: 'Price', right: true, cell: (position) => <Mark position={position} /> },
            {
              head: 'Stop / target',
              right: true,
              wide: true,
              cell: (position) => `${price(position.stopLoss)} / ${price(position.takeProfit)}`,
            },
            { head: 'Profit', right: true, cell: (position) => <Profit position={position} currency={currency} /> },
            {
              head: 'Action',
              right: true,
              cell: (position) => (
                <Button small onClick={() => setClosing(position)} aria-label={`Close ${position.symbol}`}>
                  Close
                </Button>
              ),
            },
          ]}
        />
      )}
      {closing && (
        <Confirm
          title={`Close ${closing.symbol}?`}
          verb="Close position"
          danger
          onClose={() => setClosing(undefined)}
          onConfirm={() => close(closing)}
        >
          {closing.side === 'long' ? 'Sells' : 'Buys back'} {amount(closing.quantity)} {closing.symbol} at the market,
          about {price(closing.mark)}, for a profit of about {signedMoney(closing.unrealised, currency)}. Its stop and
          target are cancelled.
        </Confirm>
      )}
      {closed && (
        <Dialog title="Paper order" onClose={() => setClosed(undefined)}>
          <Result placement={closed.placement} currency={currency} symbol={closed.symbol} />
          <div className="mt-5 flex justify-end">
            <Button look="primary" onClick={() => setClosed(undefined)} autoFocus>
              Done
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

const NothingHeld = () => (
  <Empty
    title="No open positions"
    action={
      <a {...linkTo('/')} className="font-medium text-accent hover:underline">
        Go to the desk
      </a>
    }
  >
    Analyze an instrument and place its paper order; what you hold then appears here with live prices.
  </Empty>
);

/** The newest mid price: the socket's, or the one that came with the account. */
function useMark({ symbol, mark }: PositionDocument): number | null {
  return useQuote(symbol)?.mid ?? mark;
}

function Mark({ position }: { position: PositionDocument }) {
  const mark = useMark(position);
  return (
    <span className="inline-flex items-center gap-2" title={position.source ?? undefined}>
      {price(mark === null ? null : Number(mark.toPrecision(7)))}
      {position.stale && <Stale />}
    </span>
  );
}

function Profit({ position, currency }: { position: PositionDocument; currency: string }) {
  const mark = useMark(position);
  if (mark === null || position.mark === null || position.value === null || position.unrealised === null) return none;
  // Between two readings of the account the profit moves with the price, at the account's own rate.
  const perPoint = Math.abs(Number(position.value)) / position.mark;
  const moved = (mark - position.mark) * perPoint * (position.side === 'long' ? 1 : -1);
  const profit = Number(position.unrealised) + moved;
  return (
    <span className={`font-semibold ${toneOf(profit)}`} title={`Worth ${money(position.value, currency)}`}>
      {signedMoney(profit, currency)}
    </span>
  );
}
