import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DecisionSummary, ScoreboardDocument } from '../../api/documents.ts';
import { get } from '../api/client.ts';
import { nameOf } from '../desk/analysts.ts';
import { Direction, Outcome, Simulated } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { none, percent, readable, signed, utc } from '../parts/format.ts';
import { Empty, Problem, Rows } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { linkTo } from '../shell/router.ts';
import { Cycles } from './cycles.tsx';

/** Why the desk traded, and why it did not. */
export function DecisionsPage() {
  const [tab, setTab] = useState<'decisions' | 'cycles' | 'scoreboard'>('decisions');
  return (
    <div className="flex flex-col gap-4">
      <h1 className="flex min-h-9 items-center text-[22px] font-semibold tracking-tight">Decisions</h1>
      <Tabs
        label="Records"
        current={tab}
        onChange={setTab}
        tabs={[
          { id: 'decisions', name: 'Decisions' },
          { id: 'cycles', name: 'Cycles' },
          { id: 'scoreboard', name: 'Scoreboard' },
        ]}
      >
        {tab === 'decisions' && <List />}
        {tab === 'cycles' && <Cycles />}
        {tab === 'scoreboard' && <Scoreboard />}
      </Tabs>
    </div>
  );
}

function List() {
  const [symbol, setSymbol] = useState('');
  const decisions = useQuery({
    queryKey: ['decisions', 'all'],
    queryFn: () => get<{ decisions: DecisionSummary[] }>('/api/decisions', { limit: 200 }),
  });
  const all = decisions.data?.decisions ?? [];
  const symbols = [...new Set(all.map((decision) => decision.symbol))].sort();
  const shown = symbol ? all.filter((decision) => decision.symbol === symbol) : all;
  return (
    <Card
      flush
      title={`${shown.length} ${shown.length === 1 ? 'decision' : 'decisions'}`}
      aside={
        <select
          aria-label="Only this instrument"
          value={symbol}
          onChange={(event) => setSymbol(event.target.value)}
          className="h-8 rounded-lg border border-line bg-bg px-2 text-[13px]"
        >
          <option value="">All instruments</option>
          {symbols.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      }
    >
      {decisions.isPending && <Rows />}
      {decisions.isError && (
        <div className="p-4">
          <Problem failure={decisions.error} onRetry={() => void decisions.refetch()} />
        </div>
      )}
      {decisions.data && shown.length === 0 && (
        <Empty title="No decisions yet">
          Every analysis and every scheduled cycle leaves one, whether it trades or not.
        </Empty>
      )}
      {shown.length > 0 && (
        <Table
          label="Decisions"
          rows={shown}
          keyOf={(decision) => decision.decisionId}
          compact={(decision) => (
            <a {...linkTo(`/decisions/${decision.decisionId}`)} className="flex flex-col gap-1.5">
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-semibold">
                  {decision.symbol} <span className="font-normal text-faint">{decision.interval}</span>
                </span>
                <Direction of={decision.direction} />
                <span className="ml-auto">
                  <Outcome of={decision.outcome} />
                </span>
              </span>
              <span className="text-[13.5px] text-soft">{readable(decision.why)}</span>
              <span className="tabular flex items-center gap-2 text-[12.5px] text-faint">
                {decision.simulated && <Simulated />}
                {utc(decision.asOf)} UTC · {decision.origin}
              </span>
            </a>
          )}
          columns={[
            {
              head: 'Instrument',
              cell: (decision) => (
                <a
                  {...linkTo(`/decisions/${decision.decisionId}`)}
                  className="whitespace-nowrap font-semibold hover:underline"
                >
                  {decision.symbol} <span className="font-normal text-faint">{decision.interval}</span>
                </a>
              ),
            },
            { head: 'View', cell: (decision) => <Direction of={decision.direction} /> },
            { head: 'Conviction', right: true, cell: (decision) => signed(decision.conviction) },
            { head: 'Outcome', cell: (decision) => <Outcome of={decision.outcome} /> },
            {
              head: 'Why',
              wide: true,
              cell: (decision) => <span className="text-[13.5px] text-soft">{readable(decision.why)}</span>,
            },
            {
              head: 'As of (UTC)',
              right: true,
              cell: (decision) => (
                <span className="inline-flex items-center justify-end gap-2 whitespace-nowrap">
                  {decision.simulated && <Simulated />}
                  {utc(decision.asOf)}
                </span>
              ),
            },
            { head: 'By', wide: true, cell: (decision) => <span className="text-faint">{decision.origin}</span> },
          ]}
        />
      )}
    </Card>
  );
}

function Scoreboard() {
  const board = useQuery({ queryKey: ['scoreboard'], queryFn: () => get<ScoreboardDocument>('/api/scoreboard') });
  if (board.isPending) return <Rows />;
  if (board.isError) return <Problem failure={board.error} onRetry={() => void board.refetch()} />;
  const { analysts, settled, open } = board.data;
  return (
    <Card title={`${settled} forecasts settled, ${open} waiting for their horizon`} flush>
      {analysts.length === 0 ? (
        <Empty title="Nothing settled yet">
          Every vote is frozen as a forecast and scored once its horizon has passed. The scores then move the weights.
        </Empty>
      ) : (
        <Table
          label="Scoreboard"
          rows={analysts}
          keyOf={(row) => row.analyst}
          columns={[
            { head: 'Analyst', cell: (row) => <span className="font-semibold">{nameOf(row.analyst)}</span> },
            { head: 'Forecasts', right: true, cell: (row) => row.forecasts },
            { head: 'Right', right: true, cell: (row) => percent(row.accuracy, 1) },
            {
              head: 'Brier score',
              right: true,
              cell: (row) => (
                <span title="0 is perfect, 0.25 is a coin">{row.brier === null ? none : row.brier.toFixed(3)}</span>
              ),
            },
          ]}
        />
      )}
    </Card>
  );
}
