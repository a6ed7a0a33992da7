import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../domain/time.ts';
import { doorWorld } from '../../testing/door-world.ts';

const json = (content: unknown) => ({ method: 'POST', body: JSON.stringify(content) });
const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? '';

describe('the printed link', () => {
  it('signs the owner in by a cookie that scripts cannot read, and leaves the address bar', async () => {
    const { ask } = doorWorld();
    const response = await ask('/?token=the-printed-token', { as: 'nobody' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const cookie = response.headers.get('set-cookie');
    expect(cookie).toMatch(/^conclave_3000=fresh-token/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const me = await ask('/api/auth/me', { as: 'nobody', headers: { cookie: cookieOf(response) } });
    expect(await me.json()).toMatchObject({ signedIn: true, user: { name: 'owner' }, passwordSet: false });
  });

  it('works again for a second browser, with a session of its own', async () => {
    const { ask } = doorWorld();
    const [first, second] = [await ask('/?token=the-printed-token'), await ask('/sign-in?token=the-printed-token')];
    expect(cookieOf(first)).not.toBe(cookieOf(second));
  });

  it('shows what to do when the token is wrong', async () => {
    const response = await doorWorld().ask('/?token=another', { as: 'nobody' });
    expect(response.headers.get('location')).toBe('/sign-in?problem=link');
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('gives programs a token of their own, stored only as a hash', async () => {
    const { ask, users } = doorWorld();
    const minted = await ask('/api/auth/token', { as: 'nobody', ...json({ token: 'the-printed-token' }) });
    const { accessToken, scopes } = await minted.json();
    expect(scopes).toContain('admin');
    expect([...users.sessions.keys()].join()).not.toContain(accessToken);
    const me = await ask('/api/auth/me', { as: 'nobody', headers: { authorization: `Bearer ${accessToken}` } });
    expect(await me.json()).toMatchObject({ signedIn: true });
  });

  it('ends with the first password', async () => {
    const { ask, app } = doorWorld();
    expect(await app.startTokenWorks()).toBe(true);
    expect((await ask('/api/auth/password', json({ password: 'a long enough one' }))).status).toBe(200);
    expect(await app.startTokenWorks()).toBe(false);
    const refused = await ask('/api/auth/token', { as: 'nobody', ...json({ token: 'the-printed-token' }) });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { hint: expect.stringContaining('password') } });
  });
});

describe('the password', () => {
  it('signs in, and a wrong one does not', async () => {
    const { ask } = doorWorld();
    await ask('/api/auth/password', json({ password: 'a long enough one' }));
    const right = await ask('/api/auth/login', { as: 'nobody', ...json({ password: 'a long enough one' }) });
    expect(right.status).toBe(200);
    expect(cookieOf(right)).toContain('fresh-token');
    const wrong = await ask('/api/auth/login', { as: 'nobody', ...json({ password: 'another long one' }) });
    expect(wrong.status).toBe(401);
    const stranger = await ask('/api/auth/login', {
      as: 'nobody',
      ...json({ name: 'eve', password: 'a long enough one' }),
    });
    expect(stranger.status).toBe(401);
  });

  it('is changed only by who knows the current one, and is never short', async () => {
    const { ask } = doorWorld();
    expect((await ask('/api/auth/password', json({ password: 'short' }))).status).toBe(400);
    await ask('/api/auth/password', json({ password: 'a long enough one' }));
    expect((await ask('/api/auth/password', json({ password: 'a newer long one' }))).status).toBe(401);
    const changed = await ask(
      '/api/auth/password',
      json({ password: 'a newer long one', current: 'a long enough one' }),
    );
    expect(changed.status).toBe(200);
  });

  it('cannot be guessed forever: after ten wrong ones even the right one waits', async () => {
    const { ask } = doorWorld();
    const guess = () => ask('/api/auth/token', { as: 'nobody', ...json({ token: 'a guess' }) });
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401);
    const throttled = await ask('/api/auth/token', { as: 'nobody', ...json({ token: 'the-printed-token' }) });
    expect(throttled.status).toBe(429);
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
    const link = await ask('/?token=the-printed-token', { as: 'nobody' });
    expect(link.headers.get('location')).toBe('/sign-in?problem=wait');
  });
});

describe('a session', () => {
  it('ends with signing out', async () => {
    const { ask } = doorWorld();
    const cookie = cookieOf(await ask('/?token=the-printed-token', { as: 'nobody' }));
    const headers = { cookie, origin: 'http://localhost:3000', host: 'localhost:3000' };
    expect((await ask('/api/instruments', { as: 'nobody', headers })).status).toBe(200);
    await ask('/api/auth/logout', { as: 'nobody', method: 'POST', headers });
    expect((await ask('/api/instruments', { as: 'nobody', headers })).status).toBe(401);
  });

  it('ends by itself', async () => {
    const { ask, clock } = doorWorld();
    const { accessToken } = await (await ask('/api/auth/token', json({ days: 1 }))).json();
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await ask('/api/instruments', { as: 'nobody', headers })).status).toBe(200);
    await clock.advance(DAY + MINUTE);
    expect((await ask('/api/instruments', { as: 'nobody', headers })).status).toBe(401);
  });
});

describe('a token that the web app gives out', () => {
  it('may trade on paper but raises no limit and gives out no further token', async () => {
    const { ask } = doorWorld();
    const { accessToken, scopes } = await (await ask('/api/auth/token', json({ label: 'chat' }))).json();
    expect(scopes).toEqual(['market:read', 'analysis:run', 'sentiment:read', 'account:read', 'trade:paper']);
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    const risk = await ask('/api/config', {
      as: 'nobody',
      method: 'PUT',
      headers,
      body: JSON.stringify({ risk: { profile: 'aggressive' } }),
    });
    expect(risk.status).toBe(403);
    expect((await ask('/api/auth/token', { as: 'nobody', headers, ...json({}) })).status).toBe(403);
  });

  it('never includes live trading', async () => {
    const { ask } = doorWorld();
    expect((await ask('/api/auth/token', json({ scopes: ['trade:live'] }))).status).toBe(403);
  });
});

describe('without signing in', () => {
  it.each([
    '/api/instruments',
    '/api/account',
    '/api/decisions',
    '/api/config',
    '/api/events',
    '/ws',
    '/mcp/conclave',
    '/metrics',
  ])('%s answers 401 and says how to get a token', async (path) => {
    const response = await doorWorld().ask(path, { as: 'nobody' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(await response.json()).toMatchObject({
      error: { code: 'unauthorized', hint: expect.stringContaining('token') },
    });
  });

  it('health is open', async () => {
    const response = await doorWorld().ask('/api/health', { as: 'nobody' });
    expect(await response.json()).toEqual({
      status: 'ok',
      version: '9.9.9',
      mode: 'paper',
      uptimeMs: 0,
      database: 'memory',
      cache: 'memory',
    });
  });
});

describe('other sites', () => {
  const write = (headers: Record<string, string>) => ({ as: 'nobody' as const, headers, ...json({ label: 'x' }) });

  it('cannot write with the owner’s cookie', async () => {
    const { ask } = doorWorld();
    const cookie = cookieOf(await ask('/?token=the-printed-token', { as: 'nobody' }));
    const host = 'localhost:3000';
    const own = await ask('/api/auth/token', write({ cookie, host, origin: 'http://localhost:3000' }));
    expect(own.status).toBe(200);
    for (const origin of ['http://evil.example', 'http://localhost:4000', 'null']) {
      expect((await ask('/api/auth/token', write({ cookie, host, origin }))).status).toBe(403);
    }
    expect((await ask('/api/auth/token', write({ cookie, host }))).status).toBe(403);
    expect((await ask('/api/auth/token', write({ cookie, host, 'sec-fetch-site': 'cross-site' }))).status).toBe(403);
  });

  it('cannot reach the desk under a name of their own', async () => {
    const { ask } = doorWorld({ allowedHosts: ['desk.example'] });
    const under = (host: string) => ask('/api/health', { as: 'nobody', headers: { host } });
    for (const host of [
      'localhost:3000',
      '127.0.0.1:3000',
      '[::1]:3000',
      '192.168.1.7',
      'desk.example',
      'a.localhost',
    ]) {
      expect((await under(host)).status).toBe(200);
    }
    expect((await ask('/api/health', { headers: { host: 'desk:3000' } })).status).toBe(200);
    for (const host of ['evil.example', 'evil.example:3000', 'localhost.evil.example', '127.0.0.1.evil.example']) {
      expect((await under(host)).status).toBe(403);
    }
  });

  it('cannot frame it, script it or read it', async () => {
    const response = await doorWorld().ask('/api/health', { headers: { origin: 'http://evil.example' } });
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  });
});
