import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SessionDocument } from '../../api/documents.ts';
import { post } from '../api/client.ts';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Problem } from '../parts/states.tsx';
import { go } from '../shell/router.ts';

/** By the printed link before there is a password, by the password after. */
export function SignInPage({ session }: { session: SessionDocument }) {
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const problem = new URLSearchParams(location.search).get('problem');

  async function signIn(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      client.setQueryData(['session'], await post<SessionDocument>('/api/auth/login', { password }));
      go('/', { replace: true });
    } catch (thrown) {
      setFailure(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 px-6 py-10">
      <div className="flex items-center gap-3">
        <img src="/icon.svg" alt="" width={40} height={40} />
        <div>
          <h1 className="text-[22px] font-semibold tracking-tight">Conclave</h1>
          <p className="text-[14px] text-faint">Your trading desk of agents</p>
        </div>
        <span className="ml-auto">
          <Badge tone="accent">PAPER</Badge>
        </span>
      </div>
      {problem === 'link' && (
        <p role="alert" className="rounded-lg bg-warn-soft px-4 py-3 text-[14px] text-warn">
          This sign-in link is not valid any more. Each start of the server prints a new one.
        </p>
      )}
      {problem === 'wait' && (
        <p role="alert" className="rounded-lg bg-warn-soft px-4 py-3 text-[14px] text-warn">
          Too many wrong attempts. Wait five minutes and try again.
        </p>
      )}
      {session.passwordSet ? (
        <form
          onSubmit={signIn}
          className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5 shadow-card"
        >
          <input type="hidden" autoComplete="username" value="owner" readOnly />
          <Field
            label="Password"
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            required
          />
          {failure !== undefined && <Problem failure={failure} />}
          <Button type="submit" look="primary" busy={busy} disabled={password === ''}>
            Sign in
          </Button>
        </form>
      ) : (
        <div className="rounded-xl border border-line bg-surface p-5 shadow-card">
          <h2 className="font-semibold">Open the link from the terminal</h2>
          <p className="mt-1 text-[14px] text-soft">
            When Conclave started, it printed one link that signs you in. It looks like this:
          </p>
          <pre className="mt-3 overflow-x-auto rounded-lg bg-raised px-3 py-2 text-[13px]">{`${location.origin}/?token=…`}</pre>
          <p className="mt-3 text-[14px] text-soft">
            Cannot find it? Stop the server with Ctrl-C and run <code>npm start</code> again. After that you can set a
            password in Settings.
          </p>
        </div>
      )}
    </main>
  );
}
