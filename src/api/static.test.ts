import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorWorld } from '../testing/door-world.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'conclave-web-'));
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Conclave</title>');
  writeFileSync(join(root, 'assets', 'index-abc123.js'), 'console.log(1);'.repeat(200));
  writeFileSync(`${root}-secret.txt`, 'secret');
});
afterAll(() => {
  rmSync(root, { recursive: true });
  rmSync(`${root}-secret.txt`);
});

describe('the web app', () => {
  it('is the page for every path of its own', async () => {
    const { ask } = doorWorld({ webRoot: root });
    for (const path of ['/', '/portfolio', '/decisions/dec_1', '/index.html']) {
      const response = await ask(path, { as: 'nobody' });
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(await response.text()).toContain('Conclave');
    }
  });

  it('lets browsers keep hashed files forever, and sends them zipped', async () => {
    const { ask } = doorWorld({ webRoot: root });
    const response = await ask('/assets/index-abc123.js', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(1_000);
  });

  it('answers 304 to who has it already', async () => {
    const { ask } = doorWorld({ webRoot: root });
    const etag = (await ask('/')).headers.get('etag')!;
    expect((await ask('/', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it.each(['/missing.js', '/../secret.txt', '/..%2f..%2fetc%2fpasswd.txt', '/%2e%2e/%2e%2e/x.txt'])(
    'has nothing at %s',
    async (path) => {
      const response = await doorWorld({ webRoot: root }).ask(path);
      expect(response.status).toBe(404);
    },
  );

  it('says how to build it when it is not built', async () => {
    const response = await doorWorld({ webRoot: join(root, 'nowhere') }).ask('/');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm start');
  });
});
