import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgres, postgresAbsent, postgresServer } from '../src/testing/database.ts';
import { type Database, openDatabase } from './client.ts';
import { sharedDisk } from './shared-disk.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content);

if (!postgresServer) console.warn(postgresAbsent);
describe.skipIf(!postgresServer)('files that desks on one database share', () => {
  let server: Awaited<ReturnType<typeof createPostgres>>;
  let database: Database;
  let other: Database;
  beforeAll(async () => {
    server = await createPostgres();
    [database, other] = await Promise.all([openDatabase(server), openDatabase(server)]);
    await database.migrate();
  });
  afterAll(async () => {
    await Promise.all([database?.close(), other?.close()]);
    await server?.drop();
  });

  it('are seen by the next turn of either, with a revision that grows only by writing', async () => {
    const [here, there] = [database, other].map((each) => sharedDisk(each, { folder: 'paper/a' }));
    const wrote = await here!.turn((disk) => disk.write('paper/a/state.json', bytes('{"é":1}')));
    const read = await there!.turn(async (disk, revision) => ({
      revision,
      text: textOf(await disk.read('paper/a/state.json')),
      names: await disk.list('paper/a'),
      missing: await disk.read('paper/a/none'),
    }));
    expect(read.value).toEqual({
      revision: wrote.revision,
      text: '{"é":1}',
      names: ['state.json'],
      missing: undefined,
    });
    expect(read.revision).toBe(wrote.revision);
    const removed = await there!.turn((disk) => disk.remove('paper/a/state.json'));
    expect(removed.revision).toBe(wrote.revision + 1);
    expect((await here!.turn((disk) => disk.list('paper/a'))).value).toEqual([]);
  });

  it('stay as they were when a turn fails', async () => {
    const disk = sharedDisk(database, { folder: 'paper/b' });
    await disk.turn((files) => files.write('paper/b/x', bytes('old')));
    const failed = disk.turn(async (files) => {
      await files.write('paper/b/x', bytes('new'));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(textOf((await disk.turn((files) => files.read('paper/b/x'))).value)).toBe('old');
  });

  it('are changed by one turn at a time', async () => {
    const disks = [database, other].map((each) => sharedDisk(each, { folder: 'paper/c' }));
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        disks[i % 2]!.turn(async (files) => {
          const count = Number(textOf(await files.read('paper/c/n')) ?? '0');
          await files.write('paper/c/n', bytes(String(count + 1)));
        }),
      ),
    );
    expect(textOf((await disks[0]!.turn((files) => files.read('paper/c/n'))).value)).toBe('20');
  });

  it('are refused as locked while another process keeps them, and other folders are not', async () => {
    const slow = sharedDisk(database, { folder: 'paper/d' });
    const hasty = sharedDisk(other, { folder: 'paper/d', patienceMs: 50 });
    await slow.turn(async () => {
      await expect(hasty.turn(async () => 1)).rejects.toMatchObject({ code: 'locked', retryable: true });
      const elsewhere = sharedDisk(other, { folder: 'paper/e', patienceMs: 50 });
      expect((await elsewhere.turn(async () => 2)).value).toBe(2);
    });
    expect((await hasty.turn(async () => 3)).value).toBe(3);
  });

  it('keep to their folder', async () => {
    const disk = sharedDisk(database, { folder: 'paper/f' });
    await expect(disk.turn((files) => files.read('paper/other/state.json'))).rejects.toMatchObject({
      code: 'internal',
    });
  });
});
