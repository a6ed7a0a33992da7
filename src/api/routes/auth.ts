import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../domain/errors.ts';
import { DAY, toIso } from '../../domain/time.ts';
import type { Session, User } from '../../ports/store.ts';
import { cookieName, requirePrincipal } from '../auth/guard.ts';
import { peerOf } from '../auth/peer.ts';
import { agentScopes, ownerScopes, scopes } from '../auth/scopes.ts';
import { LOCAL, type Sessions } from '../auth/sessions.ts';
import type { SessionDocument, TokenDocument } from '../documents.ts';
import type { ApiEnv } from '../env.ts';
import { answer, answers, body, createRoute, needs, resource, z } from '../openapi.ts';

const password = z.string().min(10, 'A password has at least 10 characters.').max(256);

const tokenRequest = z.strictObject({
  token: z.string().min(1).max(256).optional().describe('The token of the printed link. Leave it out when signed in.'),
  label: z.string().trim().min(1).max(80).default('program'),
  scopes: z.array(z.enum(scopes)).min(1).optional().describe('Default: everything but admin and live trading.'),
  days: z.number().int().min(1).max(365).default(30),
});

const signedIn = answer<SessionDocument>('Session', 'Who is signed in.');
const mint = createRoute({
  method: 'post',
  path: '/token',
  summary: 'An access token for programs',
  request: { body: body(tokenRequest) },
  responses: answers(answer<TokenDocument>('Token', 'Shown once; send it as "Authorization: Bearer …".')),
});
const setPassword = createRoute({
  method: 'post',
  path: '/password',
  summary: 'Set the first password, or change it; from then on the printed link signs nobody in',
  ...needs('admin'),
  request: { body: body(z.strictObject({ password, current: z.string().max(256).optional() })) },
  responses: answers(signedIn),
});
const forget = createRoute({
  method: 'post',
  path: '/forget-password',
  summary: "Remove a lost password; for this machine's own programs",
  ...needs('admin'),
  responses: answers(signedIn),
});
const logIn = createRoute({
  method: 'post',
  path: '/login',
  summary: 'Sign in with the password',
  request: { body: body(z.strictObject({ name: z.string().max(64).default('owner'), password: z.string().max(256) })) },
  responses: answers(signedIn),
});
const logOut = createRoute({ method: 'post', path: '/logout', summary: 'Sign out', responses: answers(signedIn) });
const me = createRoute({ method: 'get', path: '/me', summary: 'Who is signed in', responses: answers(signedIn) });

const ATTEMPTS = 10;
const WINDOW_SECONDS = 300;

/** Wrong tokens and passwords, counted by peer; a right one costs nothing. */
export function createThrottle() {
  const limiter = new RateLimiterMemory({ points: ATTEMPTS, duration: WINDOW_SECONDS });
  const refuse = (wait: number) =>
    new AppError('rate_limited', 'Too many wrong attempts to sign in.', {
      hint: `Wait ${Math.ceil(wait / 60_000)} minutes and try again.`,
      details: { retryAfterSeconds: Math.ceil(wait / 1_000) },
    });
  return async <T>(peer: string, attempt: () => Promise<T>): Promise<T> => {
    const state = await limiter.get(peer);
    if (state && state.consumedPoints >= ATTEMPTS) throw refuse(state.msBeforeNext);
    try {
      return await attempt();
    } catch (failure) {
      if (failure instanceof AppError && failure.code === 'unauthorized') {
        await limiter.consume(peer).catch((spent: unknown) => {
          throw spent instanceof RateLimiterRes ? refuse(spent.msBeforeNext) : spent;
        });
      }
      throw failure;
    }
  };
}
export type Throttle = ReturnType<typeof createThrottle>;

export function setSessionCookie(c: Context<ApiEnv>, { token, session }: { token: string; session: Session }) {
  const secure = new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
  const maxAge = Math.floor((session.expiresAt - session.createdAt) / 1_000);
  setCookie(c, cookieName(c.req.header('host')), token, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure,
    maxAge,
  });
}

export function authRoutes(sessions: Sessions, throttle: Throttle) {
  const document = async (
    user: User | undefined,
    granted?: readonly string[],
    expiresAt?: number,
  ): Promise<SessionDocument> => ({
    signedIn: user !== undefined,
    ...(user ? { user: { id: user.id, name: user.name, role: user.role } } : {}),
    ...(granted ? { scopes: [...granted] } : {}),
    ...(expiresAt ? { expiresAt: toIso(expiresAt) } : {}),
    passwordSet: await sessions.passwordSet(),
  });

  return resource()
    .openapi(mint, async (c) => {
      const { token, label, days, scopes: wanted } = c.req.valid('json');
      const user =
        token === undefined ? await granter(c) : await throttle(peerOf(c), () => sessions.byStartToken(token));
      // The printed link's holder is the owner; a token that the web app mints is for an agent unless it says otherwise.
      const granted = wanted ?? (token === undefined ? agentScopes : ownerScopes);
      if (granted.includes('trade:live')) throw new AppError('forbidden', 'This desk trades on paper only.');
      const minted = await sessions.open(user, label, granted, days * DAY);
      const { expiresAt, scopes: given } = minted.session;
      return c.json({ accessToken: minted.token, expiresAt: toIso(expiresAt), scopes: given }, 200);
    })
    .openapi(setPassword, async (c) => {
      const { password, current } = c.req.valid('json');
      const { userId } = requirePrincipal(c);
      await throttle(peerOf(c), () => sessions.setPassword(userId, password, current));
      return c.json(await document(await sessions.owner(), ownerScopes), 200);
    })
    .openapi(forget, async (c) => {
      if (requirePrincipal(c).label !== LOCAL) {
        throw new AppError('forbidden', 'A password is forgotten on the machine itself.', {
          hint: 'Run `conclave user forget-password` there.',
        });
      }
      await sessions.forgetPassword();
      return c.json(await document(await sessions.owner(), ownerScopes), 200);
    })
    .openapi(logIn, async (c) => {
      const { name, password } = c.req.valid('json');
      const user = await throttle(peerOf(c), () => sessions.byPassword(name, password));
      const opened = await sessions.open(user, 'web');
      setSessionCookie(c, opened);
      return c.json(await document(user, opened.session.scopes, opened.session.expiresAt), 200);
    })
    .openapi(logOut, async (c) => {
      const hash = c.get('principal')?.tokenHash;
      if (hash) await sessions.end(hash);
      deleteCookie(c, cookieName(c.req.header('host')), { path: '/' });
      return c.json(await document(undefined), 200);
    })
    .openapi(me, async (c) => {
      const principal = c.get('principal');
      if (!principal) return c.json(await document(undefined), 200);
      return c.json(await document(await sessions.owner(), principal.scopes, principal.expiresAt), 200);
    });

  async function granter(c: Context<ApiEnv>): Promise<User> {
    const principal = requirePrincipal(c);
    if (!principal.scopes.includes('admin')) throw new AppError('forbidden', 'Only the owner gives out access tokens.');
    return sessions.owner();
  }
}
