import { AppError } from '../../domain/errors.ts';
import { requirePrincipal } from '../auth/guard.ts';
import type { ApiDeps } from '../deps.ts';
import { resource } from '../openapi.ts';

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
      scopes: [...principal.scopes],
      ...(principal.expiresAt ? { expiresAt: Math.floor(principal.expiresAt / 1_000) } : {}),
    });
  });
}
