import { useQuery } from '@tanstack/react-query';
import type { DoctorDocument } from '../../api/documents.ts';
import { get } from '../api/client.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Problem, Rows } from '../parts/states.tsx';

const tones: Record<DoctorDocument['checks'][number]['state'], Tone> = {
  on: 'up',
  off: 'neutral',
  warning: 'warn',
  error: 'down',
};

/** What is on, what is off, and why. */
export function Doctor() {
  const doctor = useQuery({
    queryKey: ['doctor'],
    queryFn: () => get<DoctorDocument>('/api/doctor'),
    staleTime: 30_000,
  });
  const again = (
    <Button small look="quiet" busy={doctor.isFetching} onClick={() => void doctor.refetch()}>
      Check again
    </Button>
  );
  return (
    <Card title="Sources and health" aside={again} flush>
      {doctor.isPending && <Rows count={6} />}
      {doctor.isError && (
        <div className="p-4">
          <Problem failure={doctor.error} onRetry={() => void doctor.refetch()} />
        </div>
      )}
      <ul className="divide-y divide-line">
        {doctor.data?.checks.map((check) => (
          <li key={check.name} className="flex items-start gap-3 px-4 py-2.5">
            <span className="w-[84px] shrink-0">
              <Badge tone={tones[check.state]}>{check.state.toUpperCase()}</Badge>
            </span>
            <span className="min-w-0">
              <span className="block text-[14px] font-semibold">{check.name}</span>
              <span className="block break-words text-[13px] text-soft">{check.text}</span>
              {check.hint && <span className="block break-words text-[12.5px] text-faint">{check.hint}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
