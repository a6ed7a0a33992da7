import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDataDir, readOwner } from './data-dir.ts';
import { startOf } from './process-identity.ts';

const server = { url: 'http://127.0.0.1:3000', token: 'secret', version: '0.1.0' };
let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'conclave-data-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

/** A real process that claims the folder, says how that went, and lives until it is killed. */
function claimant(): { child: ChildProcess; said: Promise<string> } {
  const script = `
    import { claimDataDir } from ${JSON.stringify(new URL('./data-dir.ts', import.meta.url).href)};
    try {
      const claim = await claimDataDir(process.argv[1]);
      await claim.publish({ url: 'http://127.0.0.1:3999', token: 't', version: '0.1.0' });
      console.log('claimed');
      setInterval(() => {}, 1000);
    } catch (failure) {
      console.log(failure.code);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  children.push(child);
  const said = once(child.stdout!, 'data').then(([text]) => String(text).trim());
  return { child, said };
}

describe('the data folder', () => {
  it('has one owner, who says where it is', async () => {
    const claim = await claimDataDir(dir);
    expect(await readOwner(dir)).toBeUndefined();
    await claim.publish(server);
    expect(await readOwner(dir)).toEqual({ ...server, pid: process.pid });
    const second = claimDataDir(dir);
    await expect(second).rejects.toMatchObject({ code: 'locked', details: { pid: process.pid, url: server.url } });
    await expect(second).rejects.toThrow(`process ${process.pid}, which serves http://127.0.0.1:3000`);
    await claim.release();
    expect(await readOwner(dir)).toBeUndefined();
    expect(await readdir(dir)).toEqual([]);
  });

  it("keeps the token from the machine's other users", async () => {
    const inner = join(dir, 'new', 'data');
    const claim = await claimDataDir(inner);
    await claim.publish(server);
    expect((await stat(inner)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(inner)) expect((await stat(join(inner, name))).mode & 0o777).toBe(0o600);
    await claim.release();
  });

  it('goes to exactly one of several processes that start at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => claimant().said));
    expect(outcomes.toSorted()).toEqual(['claimed', 'locked', 'locked', 'locked']);
    expect((await readOwner(dir))?.url).toBe('http://127.0.0.1:3999');
  }, 30_000);

  it('is taken over, again by exactly one, after its owner was killed', async () => {
    const first = claimant();
    expect(await first.said).toBe('claimed');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(await readOwner(dir)).toBeUndefined();
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => claimant().said));
    expect(outcomes.filter((each) => each === 'claimed')).toHaveLength(1);
  }, 30_000);

  it('is not fooled by a new process that got the number of the dead owner', async () => {
    const lock = join(dir, 'owner.lock');
    await writeFile(lock, JSON.stringify({ pid: process.pid, host: hostname(), started: 'long ago' }));
    expect(await startOf(process.pid)).toBeDefined();
    const claim = await claimDataDir(dir);
    expect(JSON.parse(await readFile(lock, 'utf8'))).toMatchObject({ pid: process.pid });
    await claim.release();
  });

  it('stays with an owner on another machine as long as that shows life', async () => {
    const lock = join(dir, 'owner.lock');
    await writeFile(lock, JSON.stringify({ pid: 1, host: 'another-container' }));
    await expect(claimDataDir(dir)).rejects.toThrow('process 1 on another-container');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    await (await claimDataDir(dir)).release();
  });

  it('waits for a lock in the making, but not for one that was never finished', async () => {
    const lock = join(dir, 'owner.lock');
    await writeFile(lock, '');
    await expect(claimDataDir(dir)).rejects.toMatchObject({ code: 'locked' });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    await writeFile(`${lock}.takeover`, 'left by a crash');
    await utimes(`${lock}.takeover`, longAgo, longAgo);
    await (await claimDataDir(dir)).release();
  });

  it('says when it cannot be written', async () => {
    const file = join(dir, 'a-file');
    await writeFile(file, '');
    await expect(claimDataDir(join(file, 'data'))).rejects.toMatchObject({ code: 'read_only' });
    await chmod(dir, 0o500);
    // Root may write anywhere; everyone else is told.
    if (process.getuid?.() !== 0) await expect(claimDataDir(dir)).rejects.toMatchObject({ code: 'read_only' });
    await chmod(dir, 0o700);
  });
});
