import { useQuery } from '@tanstack/react-query';
import type { DecisionSummary } from '../../api/documents.ts';
import { get } from '../api/client.ts';
import { Direction, Outcome } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { ago, readable } from '../parts/format.ts';
import { Empty, Problem, Rows } from '../parts/states.tsx';
import { linkTo } from '../shell/router.ts';

/** The desk's last decisions, on the empty desk. */
export function Recent() {
  const decisions = useQuery({
    queryKey: ['decisions', 'recent'],
    queryFn: () => get<{ decisions: DecisionSummary[] }>('/api/decisions', { limit: 6 }),
  });
  return (
    <Card
      title="Latest decisions"
      aside={
        <a {...linkTo('/decisions')} className="text-[12.5px] font-medium text-accent hover:underline">
          All decisions
        </a>
      }
      flush
    >
      {decisions.isPending && <Rows count={3} />}
      {decisions.isError && (
        <div className="p-4">
          <Problem failure={decisions.error} onRetry={() => void decisions.refetch()} />
        </div>
      )}
      {decisions.data?.decisions.length === 0 && (
        <Empty title="No decisions yet">Ask about an instrument above, and the first one appears here.</Empty>
      )}
      <ul className="divide-y divide-line">
        {decisions.data?.decisions.map((decision) => (
          <li key={decision.decisionId}>
            <a
              {...linkTo(`/decisions/${decision.decisionId}`)}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-raised/60"
            >
              <span className="w-20 font-semibold">{decision.symbol}</span>
              <Direction of={decision.direction} />
              <Outcome of={decision.outcome} />
              <span className="min-w-0 flex-1 basis-52 truncate text-[13.5px] text-soft">{readable(decision.why)}</span>
              <span className="tabular text-[12.5px] text-faint">{ago(decision.madeAt)}</span>
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}
