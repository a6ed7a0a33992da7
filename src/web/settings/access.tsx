import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClientsDocument, TokenDocument } from '../../api/documents.ts';
import { get, post } from '../api/client.ts';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { utc } from '../parts/format.ts';
import { Problem } from '../parts/states.tsx';

/** A token for programs, and how a chat client connects. */
export function Access() {
  const mint = useMutation({ mutationFn: () => post<TokenDocument>('/api/auth/token', { label: 'web app' }) });
  const clients = useQuery({
    queryKey: ['clients'],
    queryFn: () => get<ClientsDocument>('/api/clients'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { command, args } = clients.data ?? { command: 'node', args: ['/path/to/conclave/bin/conclave.mjs', 'mcp'] };
  const token = mint.data?.accessToken ?? 'YOUR_TOKEN';
  const stdio = JSON.stringify({ mcpServers: { conclave: { command, args: [...args, 'conclave'] } } }, null, 2);
  const http = JSON.stringify(
    {
      mcpServers: {
        conclave: {
          type: 'http',
          url: `${location.origin}/mcp/conclave`,
          headers: { Authorization: `Bearer ${token}` },
        },
      },
    },
    null,
    2,
  );
  return (
    <Card title="Access for programs and chat clients">
      <p className="text-[14px] text-soft">
        A token may read, analyze and place paper orders. It cannot change limits or resume a halted desk.
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <Button busy={mint.isPending} onClick={() => mint.mutate()}>
          Make an access token
        </Button>
        {mint.data && (
          <span className="tabular text-[13px] text-faint">valid until {utc(mint.data.expiresAt)} UTC</span>
        )}
      </div>
      {mint.isError && (
        <div className="mt-3">
          <Problem failure={mint.error} />
        </div>
      )}
      {mint.data && <Snippet label="Access token, shown once" text={mint.data.accessToken} />}
      <details className="mt-4">
        <summary className="w-fit rounded text-[13.5px] font-medium text-accent">
          Connect Claude Desktop or another chat client
        </summary>
        <Snippet label="Claude Desktop and other stdio clients" text={stdio} />
        <Snippet label="Clients that speak HTTP" text={http} />
      </details>
    </Card>
  );
}

function Snippet({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  }
  return (
    <figure className="mt-4">
      <figcaption className="mb-1 flex items-center justify-between gap-2 text-[13px] font-medium text-soft">
        {label}
        <Button small look="quiet" onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
          <span className="sr-only"> {label}</span>
        </Button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto rounded-lg bg-raised p-3 font-mono text-[12px] leading-relaxed">
        {text}
      </pre>
    </figure>
  );
}
