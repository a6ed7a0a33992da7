import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/** Which process on which machine. A pid alone is not enough: it is used again after a restart, and 1 in every container. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** The system's own note of when the process began; absent where the system has none to give. */
  started?: string;
}

/** When the process began, in whatever form the system says it; undefined when it does not run or nobody can say. */
export async function startOf(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The program's name may hold blanks and brackets; the fields are counted after the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that ended but that its parent has not asked about keeps its number, not its files.
    if (fields[0] === 'Z') return 'ended';
    return `${boot.trim()}/${fields[19]}`;
  } catch {
    if (process.platform === 'win32' || process.platform === 'linux') return undefined;
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() || undefined;
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  const started = await startOf(process.pid);
  return { pid: process.pid, host: hostname(), ...(started ? { started } : {}) };
}

/** Whether that very process runs on this machine. False for another machine: ask its heartbeat. */
export async function runsHere({ pid, host, started }: ProcessIdentity): Promise<boolean> {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (failure) {
    // EPERM: it runs, as another user.
    if ((failure as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = await startOf(pid);
  return started === undefined || now === undefined || started === now;
}
