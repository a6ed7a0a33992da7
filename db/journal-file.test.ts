import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../src/journal/chain.ts';
import { deposit, filled, journalContract, opened, readAll } from '../src/testing/journal-contract.ts';
import { fileJournal } from './journal-file.ts';
import { memoryJournal } from './journal-memory.ts';

const clock = { now: () => 1_760_000_000_000 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conclave-journal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

journalContract('The journal in files', async (given) => fileJournal({ folder, clock: given }));
const memory = memoryJournal({ clock });
journalContract('The journal in memory', async () => memory);

describe('the journal in files', () => {
  it('survives a restart with the same chain', async () => {
    const first = fileJournal({ folder, clock });
    await first.append('restart', 0, [opened, filled('f1')]);
    await first.close();
    const second = fileJournal({ folder, clock });
    await second.append('restart', 2, [deposit('7')]);
    const records = await readAll(second, 'restart');
    expect(await verifyChain(records)).toMatchObject({ outcome: 'whole', sequence: 3 });
    await second.close();
  });

  it('shares one line, and so one sync, among appends of the same moment', async () => {
    const journal = fileJournal({ folder, clock });
    await journal.append('group', 0, [opened]);
    await Promise.all([1, 2, 3, 4, 5].map((i) => journal.append('group', i, [deposit(String(i))])));
    await journal.close();
    const text = await readFile(join(folder, 'group.jsonl'), 'utf8');
    expect(text.trim().split('\n')).toHaveLength(2);
  });

  it('sets a half-written last line aside, says so, and goes on from the last durable record', async () => {
    const journal = fileJournal({ folder, clock });
    await journal.append('torn', 0, [opened, deposit('1')]);
    await journal.close();
    const path = join(folder, 'torn.jsonl');
    const half = '{"from":3,"to":3,"records":[{"account":"to';
    await appendFile(path, half);
    const reports: { account: string; bytes: number; keptAs: string }[] = [];
    const again = fileJournal({ folder, clock, onTorn: (torn) => reports.push(torn) });
    expect(await again.head('torn')).toMatchObject({ sequence: 2 });
    expect(reports).toMatchObject([{ account: 'torn', bytes: half.length }]);
    expect(await readFile(reports[0]!.keptAs, 'utf8')).toBe(half);
    await again.append('torn', 2, [deposit('2')]);
    expect((await verifyChain(await readAll(again, 'torn'))).outcome).toBe('whole');
    expect(await again.accounts()).toContain('torn');
    await again.close();
  });

  it('sets aside a last line whose middle never reached the disk', async () => {
    const journal = fileJournal({ folder, clock });
    await journal.append('hole', 0, [opened]);
    await journal.append('hole', 1, [filled('f1')]);
    await journal.close();
    const path = join(folder, 'hole.jsonl');
    const bytes = await readFile(path);
    bytes.fill(0, bytes.length - 200, bytes.length - 100);
    await writeFile(path, bytes);
    const again = fileJournal({ folder, clock, onTorn: () => {} });
    expect(await again.head('hole')).toMatchObject({ sequence: 1 });
    await again.close();
  });

  it('refuses to open when an acknowledged line is damaged or was edited', async () => {
    const journal = fileJournal({ folder, clock });
    await journal.append('edited', 0, [opened]);
    await journal.append('edited', 1, [deposit('10')]);
    await journal.close();
    const path = join(folder, 'edited.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"10"', '"99"'));
    const edited = fileJournal({ folder, clock });
    await expect(edited.head('edited')).rejects.toMatchObject({ code: 'corrupt' });
    await writeFile(path, text.slice(text.indexOf('\n') + 1) + text);
    await expect(edited.head('edited')).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('finds every record of a long file whose lines cross the read buffer', async () => {
    const journal = fileJournal({ folder, clock });
    let sequence = 0;
    for (let line = 0; line < 40; line++) {
      const note = 'x'.repeat(200_000 + line);
      const entries = [{ kind: 'audit' as const, payload: { action: 'note', by: 'me', particulars: { note } } }];
      sequence = (await journal.append('long', sequence, entries)).at(-1)!.sequence;
    }
    await journal.close();
    const again = fileJournal({ folder, clock });
    expect(await again.head('long')).toMatchObject({ sequence: 40 });
    expect((await readAll(again, 'long', 38)).map((each) => each.sequence)).toEqual([39, 40]);
    await again.close();
  });

  it('keeps its files from other users of the machine', async () => {
    const own = join(folder, 'private');
    const journal = fileJournal({ folder: own, clock });
    await journal.append('../escape', 0, [opened]);
    await journal.close();
    expect(await readdir(own)).toEqual(['..%2Fescape.jsonl']);
    expect((await stat(own)).mode & 0o077).toBe(0);
    expect((await stat(join(own, '..%2Fescape.jsonl'))).mode & 0o077).toBe(0);
  });

  it('loses nothing that it said is durable when the process is killed while it writes', async () => {
    const script = `
      import { fileJournal } from ${JSON.stringify(new URL('./journal-file.ts', import.meta.url).href)};
      const journal = fileJournal({ folder: process.argv[1], clock: { now: () => Date.now() } });
      let sequence = (await journal.head('killed')).sequence;
      for (;;) {
        const note = 'x'.repeat(sequence % 5000);
        const entry = { kind: 'audit', payload: { action: 'note', by: 'me', particulars: { note } } };
        const written = await Promise.all([
          journal.append('killed', sequence, [entry, entry]),
          journal.append('killed', sequence + 2, [entry]),
        ]);
        sequence = written[1][0].sequence;
        console.log(sequence);
      }`;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let acknowledged = 0;
      child.stdout.on('data', (text) => {
        acknowledged = Number(String(text).trim().split('\n').at(-1));
        if (acknowledged > 100 * (round + 1)) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const journal = fileJournal({ folder, clock, onTorn: () => {} });
      const check = await verifyChain(journal.read('killed'));
      expect(check).toEqual({ outcome: 'whole', ...(await journal.head('killed')) });
      expect((await journal.head('killed')).sequence).toBeGreaterThanOrEqual(acknowledged);
      await journal.close();
    }
  }, 60_000);

  it('undoes an append that the disk refused, and goes on when the disk does', async () => {
    const journal = fileJournal({ folder, clock });
    await journal.append('full', 0, [opened]);
    const path = join(folder, 'full.jsonl');
    const before = await readFile(path, 'utf8');
    // A file that may not grow, as on a full disk.
    const child = spawn(
      'sh',
      ['-c', `ulimit -f 0; exec "${process.execPath}" --input-type=module -e '${refused}' "${folder}"`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [said] = await once(child.stdout, 'data');
    expect(String(said).trim()).toBe('unavailable 1 unavailable');
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await journal.append('full', 1, [deposit('1')])).toHaveLength(1);
    await journal.close();
  });
});

const refused = `
  process.on("SIGXFSZ", () => {});
  const { fileJournal } = await import(${JSON.stringify(new URL('./journal-file.ts', import.meta.url).href)});
  const journal = fileJournal({ folder: process.argv[1], clock: { now: () => 1 } });
  const entry = { kind: "audit", payload: { action: "note", by: "me", particulars: {} } };
  const codes = [];
  const attempts = [journal.append("full", 1, [entry]), journal.append("full", 2, [entry])];
  for (const attempt of attempts) codes.push(await attempt.catch((failure) => failure.code));
  console.log(codes[0], (await journal.head("full")).sequence, codes[1]);
`;
