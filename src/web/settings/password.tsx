import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SessionDocument } from '../../api/documents.ts';
import { get, post } from '../api/client.ts';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Field } from '../parts/field.tsx';
import { Problem } from '../parts/states.tsx';
import { go } from '../shell/router.ts';

export function Password() {
  const client = useQueryClient();
  const session = useQuery({ queryKey: ['session'], queryFn: () => get<SessionDocument>('/api/auth/me') });
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const isSet = session.data?.passwordSet ?? false;
  const save = useMutation({
    mutationFn: () => post<SessionDocument>('/api/auth/password', { password, ...(isSet ? { current } : {}) }),
    onSuccess: (changed) => {
      client.setQueryData(['session'], changed);
      setCurrent('');
      setPassword('');
    },
  });
  const leave = useMutation({
    mutationFn: () => post<SessionDocument>('/api/auth/logout'),
    onSuccess: (left) => {
      client.setQueryData(['session'], left);
      // What the owner saw is not kept for whoever comes next.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      go('/', { replace: true });
    },
  });
  return (
    <Card title="Password">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <p className="text-[14px] text-soft">
          {isSet
            ? 'You sign in as "owner" with this password.'
            : 'Without a password the printed link signs you in. Once you set one, the link no longer works.'}
        </p>
        <input type="hidden" autoComplete="username" value="owner" readOnly />
        {isSet && (
          <Field
            label="Current password"
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
            required
          />
        )}
        <Field
          label={isSet ? 'New password' : 'Password'}
          type="password"
          autoComplete="new-password"
          minLength={10}
          hint="At least 10 characters."
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          required
        />
        {save.isError && <Problem failure={save.error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" busy={save.isPending}>
            {isSet ? 'Change password' : 'Set password'}
          </Button>
          <Button look="quiet" busy={leave.isPending} onClick={() => leave.mutate()}>
            Sign out
          </Button>
          <span role="status" className="text-[13.5px] text-faint">
            {save.isSuccess && 'Saved.'}
          </span>
        </div>
      </form>
    </Card>
  );
}
