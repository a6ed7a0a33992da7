import { useQuery } from '@tanstack/react-query';
import type { ConfigDocument } from '../../api/documents.ts';
import { get } from '../api/client.ts';
import { useFollow, useQuote } from '../api/live.ts';
import { price } from '../parts/format.ts';

export const useConfig = () => useQuery({ queryKey: ['config'], queryFn: () => get<ConfigDocument>('/api/config') });

/** The instruments that the desk follows, with live prices; a press analyzes one. */
export function Watchlist({ onAsk, current }: { onAsk: (symbol: string) => void; current?: string }) {
  const config = useConfig();
  const universe = config.data?.universe ?? [];
  useFollow(universe);
  return (
    <ul
      aria-label="Instruments"
      className="-mx-4 flex min-h-[54px] gap-2 overflow-x-auto px-4 pb-1 [scrollbar-width:none] md:mx-0 md:flex-wrap md:px-0"
    >
      {universe.map((symbol) => (
        <li key={symbol} className="shrink-0">
          <button
            type="button"
            aria-label={`Analyze ${symbol}`}
            aria-pressed={current === symbol}
            onClick={() => onAsk(symbol)}
            className={`flex h-[50px] min-w-[104px] flex-col items-start justify-center rounded-lg border px-3 transition-colors ${current === symbol ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:bg-raised'}`}
          >
            <span className="text-[13px] font-semibold">{symbol}</span>
            <Live symbol={symbol} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Live({ symbol }: { symbol: string }) {
  const quote = useQuote(symbol);
  return (
    <span className="tabular text-[12px] text-faint" title={quote?.simulated ? 'Simulated price' : quote?.source}>
      {quote ? price(Number(quote.mid.toPrecision(7))) : ' '}
      {quote?.simulated && (
        <span className="ml-1 text-warn" title="Simulated">
          sim
        </span>
      )}
      {quote?.closed && <span className="ml-1">closed</span>}
      {quote?.stale && <span className="ml-1 text-warn">stale</span>}
    </span>
  );
}
