import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderDisk } from './disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'conclave-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));
const disk = folderDisk(folder);
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the disk', () => {
  it('has no file before it was written, and then all of it', async () => {
    expect(await disk.read('paper/state.json')).toBeUndefined();
    await disk.write('paper/state.json', bytes('one'));
    await disk.write('paper/state.json', bytes('two'));
    expect(new TextDecoder().decode(await disk.read('paper/state.json'))).toBe('two');
    expect(await disk.list('paper')).toEqual(['state.json']);
  });

  it('leaves nothing half-written beside a file', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, i) => disk.write('race/file', bytes(`${i}`.repeat(5_000)))));
    expect(readdirSync(join(folder, 'race'))).toEqual(['file']);
    expect(new Set(new TextDecoder().decode(await disk.read('race/file'))).size).toBe(1);
  });

  it('keeps files from other users of the machine', async () => {
    await disk.write('private', bytes('x'));
    expect(statSync(join(folder, 'private')).mode & 0o077).toBe(0);
  });

  it('does not leave its folder', async () => {
    await expect(disk.write('../outside', bytes('x'))).rejects.toThrow(/leaves its folder/);
    await expect(disk.read('/etc/hostname')).rejects.toThrow(/leaves its folder/);
  });

  it('removes a file and lists an empty folder as empty', async () => {
    await disk.write('gone', bytes('x'));
    await disk.remove('gone');
    await disk.remove('gone');
    expect(await disk.read('gone')).toBeUndefined();
    expect(await disk.list('never-made')).toEqual([]);
  });
});
