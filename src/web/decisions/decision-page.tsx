import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DecisionDetail, ReplayDocument } from '../../api/documents.ts';
import { get, post } from '../api/client.ts';
import { AnalysisView } from '../desk/analysis-view.tsx';
import { PlaceDialog } from '../desk/place-dialog.tsx';
import { Notices, Provenance } from '../desk/provenance.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { readable, utc } from '../parts/format.ts';
import { Problem, Rows } from '../parts/states.tsx';
import { Orders } from '../portfolio/orders.tsx';
import { useAccount } from '../shell/layout.tsx';
import { linkTo } from '../shell/router.ts';

/** One decision whole, with what became of it, and the proof that it can be recomputed. */
export function DecisionPage({ id }: { id: string }) {
  const [placing, setPlacing] = useState(false);
  const currency = useAccount().data?.currency ?? 'USD';
  const detail = useQuery({
    queryKey: ['decisions', id],
    queryFn: () => get<DecisionDetail>(`/api/decisions/${encodeURIComponent(id)}`),
  });
  if (detail.isPending) return <Rows count={8} />;
  if (detail.isError) return <Problem failure={detail.error} onRetry={() => void detail.refetch()} />;
  const { document, why, madeAt, origin, orders, cycleId } = detail.data;
  return (
    <div className="flex flex-col gap-4">
      <a {...linkTo('/decisions')} className="w-fit rounded text-[13.5px] font-medium text-accent hover:underline">
        ← All decisions
      </a>
      <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h1 className="text-[22px] font-semibold tracking-tight">
          {document.symbol} <span className="font-normal text-faint">{document.interval}</span>
        </h1>
        <Provenance decision={document} />
      </header>
      <Card>
        <p className="text-[15.5px] font-medium">{readable(why)}</p>
        <p className="tabular mt-1 text-[13px] text-faint">
          Made {utc(madeAt, true)} UTC · asked by {origin}
          {cycleId && ` · cycle ${cycleId}`}
        </p>
        <Replay id={id} hash={document.hash} />
      </Card>
      <Notices notices={document.notices} />
      {orders.length > 0 && (
        <Card title="Orders of this decision" flush>
          <Orders orders={orders} />
        </Card>
      )}
      <AnalysisView
        symbol={document.symbol}
        interval={document.interval}
        signals={Object.fromEntries(document.signals.map((signal) => [signal.analyst, signal]))}
        consensus={document.consensus}
        decision={document}
        waiting={false}
        currency={currency}
        action={
          document.risk.order && orders.length === 0 ? (
            <Button look="primary" className="w-full" onClick={() => setPlacing(true)}>
              Place paper order
            </Button>
          ) : undefined
        }
      />
      {placing && (
        <PlaceDialog
          decision={document}
          currency={currency}
          onClose={() => {
            setPlacing(false);
            void detail.refetch();
          }}
        />
      )}
    </div>
  );
}

function Replay({ id, hash }: { id: string; hash: string }) {
  const replay = useMutation({
    mutationFn: () => post<ReplayDocument>(`/api/decisions/${encodeURIComponent(id)}/replay`),
  });
  return (
    <div className="mt-3 border-t border-line pt-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button small busy={replay.isPending} onClick={() => replay.mutate()}>
          Replay
        </Button>
        <code className="min-w-0 flex-1 basis-60 truncate font-mono text-[12.5px] text-faint" title={hash}>
          {hash}
        </code>
        <span role="status">
          {replay.data?.equal && <Badge tone="up">Recomputed: equal hash</Badge>}
          {replay.data && !replay.data.equal && <Badge tone="down">Recomputed: different</Badge>}
        </span>
      </div>
      <p className="mt-1.5 text-[12.5px] text-faint">
        Recomputes evidence to verdict from the record alone, with no network and no store, and compares the hash.
      </p>
      {replay.data && !replay.data.equal && (
        <ul className="mt-2 list-disc pl-5 font-mono text-[12.5px] text-down">
          {replay.data.differences.slice(0, 10).map((difference) => (
            <li key={difference}>{difference}</li>
          ))}
        </ul>
      )}
      {replay.isError && (
        <div className="mt-2">
          <Problem failure={replay.error} />
        </div>
      )}
    </div>
  );
}
