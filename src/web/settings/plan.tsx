import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ConfigDocument } from '../../api/documents.ts';
import { put } from '../api/client.ts';
import { useConfig } from '../desk/watchlist.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { Problem, Rows } from '../parts/states.tsx';

/** What the desk follows, and when it trades by itself. */
export function Plan() {
  const config = useConfig();
  return (
    <Card title="Instruments and schedule">
      {config.isPending && <Rows count={4} />}
      {config.isError && <Problem failure={config.error} onRetry={() => void config.refetch()} />}
      {config.data && <Form key={JSON.stringify(config.data)} config={config.data} />}
    </Card>
  );
}

function Form({ config }: { config: ConfigDocument }) {
  const client = useQueryClient();
  const [universe, setUniverse] = useState(config.universe.join(', '));
  const [interval, setInterval] = useState<string>(config.interval);
  const [schedule, setSchedule] = useState(config.schedule);
  const save = useMutation({
    mutationFn: () => put<ConfigDocument>('/api/config', { universe, interval, schedule }),
    onSuccess: (changed) => client.setQueryData(['config'], changed),
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Field
        label="Instruments"
        hint="Separated by commas, in any usual spelling."
        value={universe}
        onChange={(event) => setUniverse(event.target.value)}
        required
      />
      <Choice
        label="Interval"
        value={interval}
        options={['5m', '15m', '30m', '1h', '4h', '1d']}
        onChange={setInterval}
      />
      <label className="flex items-center gap-2.5 text-[14.5px]">
        <input
          type="checkbox"
          checked={schedule.enabled}
          onChange={(event) => setSchedule({ ...schedule, enabled: event.target.checked })}
          className="size-4 accent-[var(--accent)]"
        />
        Trade on paper by itself on this schedule
      </label>
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="Schedule (cron)"
          hint="Minute, hour, day, month, weekday."
          value={schedule.cron}
          onChange={(event) => setSchedule({ ...schedule, cron: event.target.value })}
          spellCheck={false}
          required
        />
        <Field
          label="Time zone"
          hint="Such as Europe/Berlin."
          value={schedule.timeZone}
          onChange={(event) => setSchedule({ ...schedule, timeZone: event.target.value })}
          spellCheck={false}
          required
        />
      </div>
      {save.isError && <Problem failure={save.error} />}
      <div className="flex items-center gap-3">
        <Button type="submit" look="primary" busy={save.isPending}>
          Save
        </Button>
        <span role="status" className="text-[13.5px] text-faint">
          {save.isSuccess && 'Saved.'}
        </span>
      </div>
    </form>
  );
}
