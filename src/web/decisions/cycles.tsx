import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CycleDocument } from '../../api/documents.ts';
import { get, post } from '../api/client.ts';
import { useConfig } from '../desk/watchlist.tsx';
import { Outcome } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { readable, utc } from '../parts/format.ts';
import { Empty, Problem, Rows } from '../parts/states.tsx';
import { linkTo } from '../shell/router.ts';

/** Turns of the desk on its own, each with a reason for every instrument. */
export function Cycles() {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const universe = useConfig().data?.universe ?? [];
  const cycles = useQuery({
    queryKey: ['cycles'],
    queryFn: () => get<{ cycles: CycleDocument[] }>('/api/cycles', { limit: 50 }),
  });
  const run = useMutation({
    mutationFn: () => post<CycleDocument>('/api/cycles'),
    onSuccess: () => {
      for (const key of ['cycles', 'decisions', 'account', 'positions', 'orders', 'fills'])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const button = (
    <Button small onClick={() => setAsking(true)} busy={run.isPending}>
      Run a cycle now
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <Card flush title="Cycles" aside={button}>
        {run.isError && (
          <div className="p-4">
            <Problem failure={run.error} />
          </div>
        )}
        {cycles.isPending && <Rows />}
        {cycles.isError && (
          <div className="p-4">
            <Problem failure={cycles.error} onRetry={() => void cycles.refetch()} />
          </div>
        )}
        {cycles.data?.cycles.length === 0 && (
          <Empty title="No cycles yet">
            The schedule in Settings runs one by itself, and each leaves a record that says why it traded or not.
          </Empty>
        )}
        <ol className="divide-y divide-line">
          {cycles.data?.cycles.map((cycle) => (
            <li key={cycle.id} className="px-4 py-3">
              <p className="tabular text-[13px] font-semibold">
                {utc(cycle.slot)} UTC
                <span className="ml-2 font-normal text-faint">
                  took {((Date.parse(cycle.finishedAt) - Date.parse(cycle.startedAt)) / 1_000).toFixed(1)} s
                </span>
              </p>
              <ul className="mt-2 flex flex-col gap-1.5">
                {cycle.outcomes.map((outcome) => (
                  <li key={outcome.symbol} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[14px]">
                    {outcome.decisionId ? (
                      <a {...linkTo(`/decisions/${outcome.decisionId}`)} className="w-20 font-semibold hover:underline">
                        {outcome.symbol}
                      </a>
                    ) : (
                      <span className="w-20 font-semibold">{outcome.symbol}</span>
                    )}
                    <Outcome of={outcome.outcome} />
                    <span className="min-w-0 flex-1 basis-60 text-[13.5px] text-soft">{readable(outcome.why)}</span>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      </Card>
      {asking && (
        <Confirm
          title="Run a cycle now?"
          verb="Run it"
          onClose={() => setAsking(false)}
          onConfirm={() => run.mutateAsync()}
        >
          The desk analyzes {universe.join(', ')} and places the paper orders that risk approves, without asking again.
        </Confirm>
      )}
    </div>
  );
}
