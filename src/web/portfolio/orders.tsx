import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { OrderDocument } from '../../api/documents.ts';
import { remove } from '../api/client.ts';
import { Direction, Outcome } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { amount, price, utc, words } from '../parts/format.ts';
import { Empty } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { linkTo } from '../shell/router.ts';

const open = ['pending', 'accepted', 'partially_filled', 'unknown'];

const kindOf = ({ role, type }: OrderDocument) =>
  role === 'entry' ? words(type) : role === 'stop' ? 'stop loss' : 'take profit';

export function Orders({ orders }: { orders: readonly OrderDocument[] }) {
  const client = useQueryClient();
  const [cancelling, setCancelling] = useState<OrderDocument>();
  const cancelButton = (order: OrderDocument) =>
    open.includes(order.status) ? (
      <Button
        small
        onClick={() => setCancelling(order)}
        aria-label={`Cancel the ${order.role} order of ${order.symbol}`}
      >
        Cancel
      </Button>
    ) : null;
  if (orders.length === 0)
    return <Empty title="No orders yet">Orders that you or the schedule place appear here.</Empty>;
  return (
    <>
      <Table
        label="Orders"
        rows={orders}
        keyOf={(order) => order.clientOrderId}
        compact={(order) => (
          <>
            <div className="flex items-center gap-2">
              <span className="font-semibold">{order.symbol}</span>
              <Direction of={order.side} />
              <span className="ml-auto" title={order.reason}>
                <Outcome of={order.status} />
              </span>
            </div>
            <div className="tabular flex items-center justify-between gap-3 text-[13.5px] text-soft">
              <span>
                {kindOf(order)} · {amount(order.quantity)}
                {order.type !== 'market' && ` at ${price(order.limitPrice ?? order.stopPrice)}`}
                <span className="block text-[12.5px] text-faint">{utc(order.createdAt, true)} UTC</span>
              </span>
              {cancelButton(order)}
            </div>
          </>
        )}
        columns={[
          { head: 'Instrument', cell: (order) => <span className="font-semibold">{order.symbol}</span> },
          { head: 'Side', cell: (order) => <Direction of={order.side} /> },
          {
            head: 'Kind',
            cell: kindOf,
          },
          { head: 'Quantity', right: true, cell: (order) => amount(order.quantity) },
          {
            head: 'Price',
            right: true,
            cell: (order) => (order.type === 'market' ? 'market' : price(order.limitPrice ?? order.stopPrice)),
          },
          {
            head: 'State',
            cell: (order) => (
              <span title={order.reason}>
                <Outcome of={order.status} />
              </span>
            ),
          },
          {
            head: 'From',
            wide: true,
            cell: (order) =>
              order.decisionId ? (
                <a {...linkTo(`/decisions/${order.decisionId}`)} className="text-accent hover:underline">
                  decision
                </a>
              ) : (
                order.origin
              ),
          },
          { head: 'Time (UTC)', right: true, cell: (order) => utc(order.createdAt, true) },
          {
            head: 'Action',
            right: true,
            cell: (order) => <span className="flex h-8 justify-end">{cancelButton(order)}</span>,
          },
        ]}
      />
      {cancelling && (
        <Confirm
          title="Cancel this order?"
          verb="Cancel order"
          danger
          onClose={() => setCancelling(undefined)}
          onConfirm={async () => {
            await remove(`/api/orders/${encodeURIComponent(cancelling.clientOrderId)}`);
            await client.invalidateQueries({ queryKey: ['orders'] });
          }}
        >
          {cancelling.role === 'stop'
            ? 'This is the stop loss of a position. Without it, nothing limits what the position can lose.'
            : `${cancelling.side === 'buy' ? 'Buy' : 'Sell'} ${amount(cancelling.quantity)} ${cancelling.symbol}, ${words(cancelling.type)}.`}
        </Confirm>
      )}
    </>
  );
}
