import { useQuery } from '@tanstack/react-query';
import type { DoctorDocument } from '../../api/documents.ts';
import { get } from '../api/client.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { capital, readable } from '../parts/format.ts';
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
      {doctor.data && <Checks checks={doctor.data.checks} />}
    </Card>
  );
}

type Check = DoctorDocument['checks'][number];
const urgency: Check['state'][] = ['error', 'warning', 'on'];

/** What needs a look first; what is off by choice or for want of a key waits behind a press. */
function Checks({ checks }: { checks: readonly Check[] }) {
  const off = checks.filter((check) => check.state === 'off');
  const first = urgency.flatMap((state) => checks.filter((check) => check.state === state));
  return (
    <>
      <ul className="divide-y divide-line">{first.map(row)}</ul>
      {off.length > 0 && (
        <details className="border-t border-line">
          <summary className="px-4 py-3 text-[13.5px] font-medium text-accent">{off.length} are off, and why</summary>
          <ul className="divide-y divide-line border-t border-line">{off.map(row)}</ul>
        </details>
      )}
    </>
  );
}

const row = (check: Check) => (
  <li key={check.name} className="flex items-start gap-3 px-4 py-2.5">
    <span className="w-[84px] shrink-0">
      <Badge tone={tones[check.state]}>{check.state.toUpperCase()}</Badge>
    </span>
    <span className="min-w-0">
      <span className="block text-[14px] font-semibold">{capital(check.name)}</span>
      <span className="block break-words text-[13px] text-soft">{readable(check.text)}</span>
      {check.hint && <span className="block break-words text-[12.5px] text-faint">{check.hint}</span>}
    </span>
  </li>
);
