import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TradingStateDocument } from '../../api/documents.ts';
import { get, post } from '../api/client.ts';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Problem, Rows } from '../parts/states.tsx';

const states = {
  active: { name: 'Active', tone: 'up', means: 'The desk may open and close positions.' },
  reducing: { name: 'Reducing', tone: 'warn', means: 'Only orders that make a position smaller.' },
  halted: { name: 'Halted', tone: 'down', means: 'No orders at all; open ones may be cancelled.' },
} as const;
type State = keyof typeof states;

/** The brake. It holds over restarts and never lets go by itself. */
export function TradingState() {
  const client = useQueryClient();
  const [wanted, setWanted] = useState<State>();
  const state = useQuery({
    queryKey: ['trading-state'],
    queryFn: () => get<TradingStateDocument>('/api/trading-state'),
  });
  if (state.isPending)
    return (
      <Card title="Trading">
        <Rows count={2} />
      </Card>
    );
  if (state.isError)
    return (
      <Card title="Trading">
        <Problem failure={state.error} onRetry={() => void state.refetch()} />
      </Card>
    );
  const now = states[state.data.state];

  async function change(to: State) {
    const reason = {
      active: 'Resumed in the web app',
      reducing: 'Reduced in the web app',
      halted: 'Halted in the web app',
    }[to];
    client.setQueryData(
      ['trading-state'],
      await post<TradingStateDocument>('/api/trading-state', { state: to, reason }),
    );
    await client.invalidateQueries({ queryKey: ['account'] });
  }

  return (
    <Card title="Trading" aside={<Badge tone={now.tone}>{now.name.toUpperCase()}</Badge>}>
      <p className="text-[14.5px] text-soft">{now.means}</p>
      {state.data.reason && state.data.state !== 'active' && (
        <p className="mt-1 text-[13.5px] text-faint">{state.data.reason}</p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        {(Object.keys(states) as State[])
          .filter((each) => each !== state.data.state)
          .reverse()
          .map((each) => (
            <Button key={each} look={each === 'halted' ? 'danger' : 'plain'} onClick={() => setWanted(each)}>
              {{ active: 'Resume trading', reducing: 'Only reduce', halted: 'Halt trading' }[each]}
            </Button>
          ))}
      </div>
      {wanted && (
        <Confirm
          title={{ active: 'Resume trading?', reducing: 'Only reduce?', halted: 'Halt trading?' }[wanted]}
          verb={{ active: 'Resume', reducing: 'Only reduce', halted: 'Halt' }[wanted]}
          danger={wanted === 'halted'}
          onClose={() => setWanted(undefined)}
          onConfirm={() => change(wanted)}
        >
          {states[wanted].means}{' '}
          {wanted === 'active' ? 'The schedule trades again as well.' : 'This holds over restarts until you resume.'}
        </Confirm>
      )}
    </Card>
  );
}
