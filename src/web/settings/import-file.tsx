import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ImportDocument } from '../../api/documents.ts';
import { upload } from '../api/client.ts';
import { Notices } from '../desk/provenance.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { amount, utc } from '../parts/format.ts';
import { Problem } from '../parts/states.tsx';

/** Left to the reader of the file. */
const FOUND = 'as found';

/** Real bars from a file; from then on analysis runs on them. */
export function ImportFile() {
  const client = useQueryClient();
  const [file, setFile] = useState<File>();
  const [symbol, setSymbol] = useState('');
  const [interval, setInterval] = useState(FOUND);
  const [timezone, setTimezone] = useState('');
  const send = useMutation({
    mutationFn: () =>
      upload<ImportDocument>(
        '/api/import',
        {
          symbol,
          interval: interval === FOUND ? undefined : interval,
          name: file!.name,
          timezone: timezone.trim() || undefined,
        },
        file!,
      ),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['bars'] }),
  });
  return (
    <Card title="Import bars">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <Field
          label="File"
          type="file"
          accept=".csv,.gz,.txt,.json,.parquet"
          hint="CSV or JSON, also gzipped, or Parquet, with time, open, high, low and close."
          onChange={(event) => setFile(event.target.files?.[0])}
          required
        />
        <div className="grid grid-cols-2 gap-3">
          <Field
            label="Instrument"
            placeholder="EURUSD"
            value={symbol}
            onChange={(event) => setSymbol(event.target.value)}
            required
          />
          <Choice
            label="Interval"
            value={interval}
            options={[FOUND, '1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w']}
            onChange={setInterval}
          />
        </div>
        <Field
          label="Time zone of the file"
          placeholder="found out by itself"
          hint="Only where the file does not say, such as UTC or Europe/Athens."
          value={timezone}
          onChange={(event) => setTimezone(event.target.value)}
        />
        {send.isError && <Problem failure={send.error} />}
        {send.data && (
          <div className="flex flex-col gap-2" role="status">
            <p className="tabular text-[14px] font-medium">
              {amount(send.data.accepted)} {send.data.interval} bars of {send.data.symbol} accepted,{' '}
              {amount(send.data.rejected)} kept apart, from {utc(send.data.from)} to {utc(send.data.to)} UTC.
            </p>
            <Notices notices={send.data.notices} />
          </div>
        )}
        <div>
          <Button type="submit" busy={send.isPending} disabled={!file || !symbol}>
            Import
          </Button>
        </div>
      </form>
    </Card>
  );
}
