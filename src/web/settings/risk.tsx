import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ConfigDocument } from '../../api/documents.ts';
import { put } from '../api/client.ts';
import { useConfig } from '../desk/watchlist.tsx';
import { Card } from '../parts/card.tsx';
import { Problem, Rows } from '../parts/states.tsx';

const profiles = [
  { id: 'conservative', name: 'Conservative', means: 'Small positions, early brakes.' },
  { id: 'balanced', name: 'Balanced', means: 'At most 10 % of equity in a position, 5 % lost in a day.' },
  { id: 'aggressive', name: 'Aggressive', means: 'Larger positions and deeper drawdowns.' },
] as const;

export function Risk() {
  const client = useQueryClient();
  const config = useConfig();
  const choose = useMutation({
    mutationFn: (profile: ConfigDocument['risk']['profile']) =>
      put<ConfigDocument>('/api/config', { risk: { profile } }),
    onSuccess: (changed) => client.setQueryData(['config'], changed),
  });
  const current = choose.isPending ? choose.variables : config.data?.risk.profile;
  const overrides = Object.entries(config.data?.risk.overrides ?? {});
  return (
    <Card title="Risk profile">
      {config.isPending && <Rows count={3} />}
      {config.isError && <Problem failure={config.error} onRetry={() => void config.refetch()} />}
      {config.data && (
        <fieldset className="flex flex-col gap-2" disabled={choose.isPending}>
          <legend className="sr-only">Risk profile</legend>
          {profiles.map(({ id, name, means }) => (
            <label
              key={id}
              className={`flex cursor-pointer items-start gap-3 rounded-lg border px-3 py-2.5 ${current === id ? 'border-accent bg-accent-soft' : 'border-line hover:bg-raised'}`}
            >
              <input
                type="radio"
                name="profile"
                checked={current === id}
                onChange={() => choose.mutate(id)}
                className="mt-1 accent-[var(--accent)]"
              />
              <span>
                <span className="block font-semibold">{name}</span>
                <span className="block text-[13px] text-soft">{means}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {overrides.length > 0 && (
        <p className="mt-2 text-[13px] text-faint">
          Changed limits: {overrides.map(([name, limit]) => `${name} ${limit}`).join(', ')}
        </p>
      )}
      {choose.isError && (
        <div className="mt-3">
          <Problem failure={choose.error} />
        </div>
      )}
    </Card>
  );
}
