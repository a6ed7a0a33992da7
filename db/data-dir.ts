import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, constants, link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../src/domain/errors.ts';
import { ownIdentity, type ProcessIdentity, runsHere } from './process-identity.ts';

/** How other processes of this machine reach the one that owns the folder. */
export interface Owner {
  url: string;
  /** Lets a process of the same user in; the file that holds it is readable by nobody else. */
  token: string;
  pid: number;
  version: string;
  /** Started by another program of this machine; gives way to a real start. */
  headless?: boolean;
}

/** The right to open what lies in the folder: database and journal bear only one process. */
export interface DataDirClaim {
  dir: string;
  /** Says where the server listens, once it does. */
  publish(server: Omit<Owner, 'pid'>): Promise<void>;
  release(): Promise<void>;
}

const LOCK = 'owner.lock';
const SERVER = 'server.json';
/** The lock's file time shows life to other machines and containers that share the folder. */
const HEARTBEAT_MS = 5_000;
const SILENT_MS = 20_000;
const TAKEOVER_MS = 10_000;

/**
 * Makes the folder if needed and claims it for this process until `release` or exit. A claim whose process has ended is
 * taken over. Throws `locked` (another process lives in it) or `read_only`.
 */
export async function claimDataDir(dir: string): Promise<DataDirClaim> {
  await makeWritable(dir);
  const own = await ownIdentity();
  const lock = join(dir, LOCK);
  if (!(await create(lock, own)) && !(await takeOver(dir, own))) throw await lockedBy(dir);

  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(lock, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const server = join(dir, SERVER);
  const removeAtExit = () => {
    for (const path of [server, lock]) rmSync(path, { force: true });
  };
  process.once('exit', removeAtExit);

  return {
    dir,
    async publish(given) {
      const aside = `${server}.${process.pid}`;
      await writeFile(aside, JSON.stringify({ ...given, pid: process.pid }), { mode: 0o600 });
      await rename(aside, server);
    },
    async release() {
      clearInterval(heartbeat);
      process.off('exit', removeAtExit);
      await rm(server, { force: true });
      await rm(lock, { force: true });
    },
  };
}

/** The living owner of the folder, if it has said where it listens. */
export async function readOwner(dir: string): Promise<Owner | undefined> {
  const holder = await readHolder(join(dir, LOCK));
  if (!holder || !(await lives(dir, holder))) return undefined;
  const text = await readFile(join(dir, SERVER), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const owner = JSON.parse(text) as Owner;
  // Left by an owner before this one, which did not end well.
  return owner.pid === holder.pid ? owner : undefined;
}

async function makeWritable(dir: string) {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await access(dir, constants.W_OK | constants.X_OK);
    const probe = join(dir, `.write-${process.pid}-${randomBytes(4).toString('hex')}`);
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    throw new AppError('read_only', `The folder ${dir} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** Makes the lock with its content in one step; false when there is one. */
async function create(lock: string, own: ProcessIdentity): Promise<boolean> {
  const aside = `${lock}.${own.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(aside, JSON.stringify(own), { mode: 0o600 });
  try {
    await link(aside, lock);
    return true;
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // No hard links on this file system: the content follows a moment after the file.
    return writeFile(lock, JSON.stringify(own), { mode: 0o600, flag: 'wx' }).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(aside, { force: true });
  }
}

/** Replaces a dead owner's lock. Only one process at a time may do so, or the second would remove the first's. */
async function takeOver(dir: string, own: ProcessIdentity): Promise<boolean> {
  const lock = join(dir, LOCK);
  const turn = `${lock}.takeover`;
  const began = await stat(turn).catch(() => undefined);
  if (began && Date.now() - began.mtimeMs > TAKEOVER_MS) await rm(turn, { force: true });
  if (!(await create(turn, own))) return false;
  try {
    const holder = await readHolder(lock);
    if (holder && (await lives(dir, holder))) return false;
    await rm(join(dir, SERVER), { force: true });
    await rm(lock, { force: true });
    return await create(lock, own);
  } finally {
    await rm(turn, { force: true });
  }
}

/** Undefined: there is no lock, or one without a readable owner that is too old to be in the making. */
async function readHolder(lock: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(lock, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: 0 }));
    return Date.now() - mtimeMs < HEARTBEAT_MS ? { pid: 0, host: 'unknown' } : undefined;
  }
}

async function lives(dir: string, holder: ProcessIdentity): Promise<boolean> {
  if (holder.host === hostname()) return runsHere(holder);
  const { mtimeMs } = await stat(join(dir, LOCK)).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs < SILENT_MS;
}

async function lockedBy(dir: string): Promise<AppError> {
  const holder = await readHolder(join(dir, LOCK));
  const owner = await readOwner(dir);
  const who = holder
    ? `process ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`}`
    : 'another process';
  const where = owner ? `, which serves ${owner.url}` : '';
  return new AppError('locked', `The folder ${dir} belongs to ${who}${where}.`, {
    hint: owner
      ? `Use ${owner.url}, or stop process ${owner.pid} first, or set DATA_DIR to another folder.`
      : 'Wait until it has finished, or stop it first, or set DATA_DIR to another folder.',
    details: { dir, ...(holder ? { pid: holder.pid } : {}), ...(owner ? { url: owner.url } : {}) },
  });
}
