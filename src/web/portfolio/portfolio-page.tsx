import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FillDocument, OrderDocument, PositionDocument } from '../../api/documents.ts';
import { get } from '../api/client.ts';
import { Direction, Simulated } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { amount, money, price, utc } from '../parts/format.ts';
import { Empty, Problem, Rows } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { useAccount } from '../shell/layout.tsx';
import { Orders } from './orders.tsx';
import { Positions } from './positions.tsx';
import { Summary } from './summary.tsx';

/** What the paper account holds, what it did, and what that made. */
export function PortfolioPage() {
  const [tab, setTab] = useState<'orders' | 'fills'>('orders');
  const account = useAccount();
  const positions = useQuery({
    queryKey: ['positions'],
    queryFn: () => get<{ positions: PositionDocument[] }>('/api/positions'),
    refetchInterval: 15_000,
  });
  const orders = useQuery({
    queryKey: ['orders'],
    queryFn: () => get<{ orders: OrderDocument[] }>('/api/orders', { limit: 100 }),
  });
  const fills = useQuery({
    queryKey: ['fills'],
    queryFn: () => get<{ fills: FillDocument[] }>('/api/fills', { limit: 100 }),
  });
  const currency = account.data?.currency ?? 'USD';

  return (
    <div className="flex flex-col gap-4">
      <div className="flex min-h-9 items-center gap-3">
        <h1 className="text-[22px] font-semibold tracking-tight">Portfolio</h1>
        {account.data?.simulated && <Simulated />}
      </div>
      {account.isError && <Problem failure={account.error} onRetry={() => void account.refetch()} />}
      <Summary account={account.data} />
      <Card title="Positions" flush>
        {positions.isPending && <Rows count={3} />}
        {positions.isError && (
          <div className="p-4">
            <Problem failure={positions.error} onRetry={() => void positions.refetch()} />
          </div>
        )}
        {positions.data && <Positions positions={positions.data.positions} currency={currency} />}
      </Card>
      <Tabs
        label="History"
        current={tab}
        onChange={setTab}
        tabs={[
          { id: 'orders', name: 'Orders', count: orders.data?.orders.length },
          { id: 'fills', name: 'Fills', count: fills.data?.fills.length },
        ]}
      >
        <Card flush>
          {tab === 'orders' && orders.isPending && <Rows count={3} />}
          {tab === 'orders' && orders.isError && <Failed failure={orders.error} />}
          {tab === 'orders' && orders.data && <Orders orders={orders.data.orders} />}
          {tab === 'fills' && fills.isError && <Failed failure={fills.error} />}
          {tab === 'fills' && fills.data && <Fills fills={fills.data.fills} currency={currency} />}
        </Card>
      </Tabs>
    </div>
  );
}

const Failed = ({ failure }: { failure: unknown }) => (
  <div className="p-4">
    <Problem failure={failure} />
  </div>
);

function Fills({ fills, currency }: { fills: readonly FillDocument[]; currency: string }) {
  if (fills.length === 0) return <Empty title="No fills yet">Executions of your orders appear here.</Empty>;
  return (
    <Table
      label="Fills"
      rows={fills}
      keyOf={(fill) => fill.id}
      columns={[
        { head: 'Instrument', cell: (fill) => <span className="font-semibold">{fill.symbol}</span> },
        { head: 'Side', cell: (fill) => <Direction of={fill.side} /> },
        { head: 'Quantity', right: true, cell: (fill) => amount(fill.quantity) },
        { head: 'Price', right: true, cell: (fill) => price(fill.price) },
        { head: 'Fee', right: true, cell: (fill) => money(fill.fee, currency) },
        { head: 'Slippage', right: true, wide: true, cell: (fill) => price(fill.slippage) },
        { head: 'Time (UTC)', right: true, cell: (fill) => utc(fill.eventTime, true) },
      ]}
    />
  );
}
