import { fileURLToPath } from 'node:url';
import { AppError } from '../../domain/errors.ts';
import { requirePrincipal } from '../auth/guard.ts';
import type { ApiDeps } from '../deps.ts';
import type { ClientsDocument } from '../documents.ts';
import { answer, answers, createRoute, needs, resource } from '../openapi.ts';

const launcher = fileURLToPath(new URL('../../../bin/conclave.mjs', import.meta.url));

const describeClients = createRoute({
  method: 'get',
  path: '/api/clients',
  summary: 'What a chat client on this machine runs to reach the MCP servers',
  ...needs('admin'),
  responses: answers(answer<ClientsDocument>('Clients', 'For the configuration of a chat client.')),
});

export const clientRoutes = ({ mcp }: Pick<ApiDeps, 'mcp'>) =>
  resource().openapi(describeClients, (c) =>
    // Absolute paths: programs with windows rarely have the terminal's PATH.
    c.json({ command: process.execPath, args: [launcher, 'mcp'], servers: Object.keys(mcp) }, 200),
  );

/** The MCP servers over Streamable HTTP. Cookies do not count here: an MCP client sends its token. */
export function mcpRoutes({ mcp }: Pick<ApiDeps, 'mcp'>) {
  return resource().all('/mcp/:name', async (c) => {
    const principal = requirePrincipal(c);
    if (principal.by !== 'bearer') {
      throw new AppError('unauthorized', 'MCP takes an access token, not a cookie.', {
        hint: 'Make a token in Settings and send it as "Authorization: Bearer …".',
      });
    }
    const name = c.req.param('name');
    const mount = mcp[name] ?? (name === 'gateway' ? mcp.conclave : undefined);
    if (!mount) {
      throw new AppError('not_found', `There is no MCP server "${name}".`, {
        hint: `Use one of ${Object.keys(mcp).join(', ')}.`,
      });
    }
    return mount.fetch(c.req.raw, {
      token: c.req.header('authorization')!.slice('Bearer '.length),
      clientId: principal.label,
      // A chat client on this machine carries the owner's token; what a model asks for is not the owner's word.
      scopes: principal.scopes.filter((scope) => scope !== 'admin'),
      ...(principal.expiresAt ? { expiresAt: Math.floor(principal.expiresAt / 1_000) } : {}),
    });
  });
}
