import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { AppError } from '../../domain/errors.ts';
import type { ApiEnv, Principal } from '../env.ts';
import type { Scope } from './scopes.ts';
import type { Sessions } from './sessions.ts';

/** Cookies ignore ports, so two desks on one machine must not share a name. */
export const cookieName = (host: string | undefined) => `conclave_${/:(\d+)$/.exec(host ?? '')?.[1] ?? 'session'}`;

const bearer = (header: string | undefined) => /^Bearer ([\x21-\x7e]{8,512})$/i.exec(header ?? '')?.[1];

/** Learns who asks, from the bearer token or else the cookie. Refuses nobody: `requireScope` does. */
export function identify(sessions: Sessions): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const header = c.req.header('authorization');
    const token = bearer(header) ?? (header ? undefined : getCookie(c, cookieName(c.req.header('host'))));
    const found = token ? await sessions.find(token) : undefined;
    const principal: Principal | undefined = found && { ...found, by: header ? 'bearer' : 'cookie' };
    c.set('principal', principal);
    if (header && !found) {
      c.set(
        'refusal',
        new AppError('unauthorized', 'The access token is unknown or has expired.', { hint: tokenHint }),
      );
    }
    await next();
  };
}

const tokenHint =
  'Get a token: POST /api/auth/token with the token of the printed link, or Settings > Access in the web app; send it as "Authorization: Bearer …".';

/** The principal, or `unauthorized` or `forbidden`. */
export function requirePrincipal(c: {
  get(key: 'principal'): Principal | undefined;
  get(key: 'refusal'): AppError | undefined;
}) {
  const principal = c.get('principal');
  if (principal) return principal;
  throw c.get('refusal') ?? new AppError('unauthorized', 'You are not signed in.', { hint: tokenHint });
}

export function requireScope(scope: Scope): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const principal = requirePrincipal(c as never);
    if (!principal.scopes.includes(scope)) {
      throw new AppError('forbidden', `This needs the scope ${scope}.`, { details: { needed: scope } });
    }
    await next();
  };
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A write that a cookie vouches for must come from our own page: another site's page can send our cookie's owner here. */
export const sameOrigin: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const crossable = c.get('principal')?.by !== 'bearer';
  if (crossable && !safe.has(c.req.method) && !fromOwnPage(c.req.raw.headers, c.get('principal')?.by === 'cookie')) {
    throw new AppError('forbidden', 'The request comes from another site.', {
      hint: 'Use the web app, or send an access token as "Authorization: Bearer …" instead of a cookie.',
    });
  }
  await next();
};

/** `strict` wants proof; otherwise the lack of an Origin is enough (a program, not a page). */
export function fromOwnPage(headers: Headers, strict: boolean): boolean {
  const origin = headers.get('origin');
  if (origin !== null) return URL.canParse(origin) && new URL(origin).host === headers.get('host');
  const site = headers.get('sec-fetch-site');
  return site === null ? !strict : site === 'same-origin';
}

/**
 * A page of another site whose name was re-pointed to this machine shows that name as Host. Addresses and localhost
 * cannot be re-pointed; any other name must be allowed by configuration. A program that sends a token is no such page.
 */
export function knownHost(allowed: readonly string[] = []): MiddlewareHandler<ApiEnv> {
  const names = new Set(['localhost', ...allowed.map((each) => each.toLowerCase())]);
  return async (c, next) => {
    if (c.get('principal')?.by === 'bearer') return next();
    const host = (c.req.header('host') ?? new URL(c.req.url).host).toLowerCase().replace(/:\d+$/, '');
    const address = /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || /^\[[0-9a-f:.]+\]$/.test(host);
    if (!address && !names.has(host) && !host.endsWith('.localhost')) {
      throw new AppError('forbidden', `This desk does not answer to the name "${host.slice(0, 80)}".`, {
        hint: 'Use http://localhost or the address, or send an access token.',
      });
    }
    await next();
  };
}
