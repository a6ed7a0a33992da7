import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AccountDocument, AuditDocument, OrderDocument, PositionDocument } from '../api/documents.ts';
import { loadConfig } from '../config.ts';
import { createPostgres, postgresAbsent, postgresServer } from '../testing/database.ts';
import { type SystemWorld, systemWorld } from '../testing/system-world.ts';
import { backupDesk, restoreDesk } from './backup.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'conclave-backup-'));
  folders.push(made);
  return made;
};
const configOf = (dataDir: string, env: Record<string, string> = {}) =>
  loadConfig({ env: { DATA_DIR: dataDir, ...env }, readFile: () => '', resolveDataDir: () => dataDir });

const workingOrders = async (world: SystemWorld) => {
  const { orders } = await world.get<{ orders: OrderDocument[] }>('/api/orders');
  return orders.filter(({ status }) => status === 'accepted').map(({ clientOrderId }) => clientOrderId);
};

describe('a backup of an embedded desk that holds a position', () => {
  const source = folder();
  const file = join(folder(), 'desk.jsonl.gz');
  let account: AccountDocument;
  let working: string[];
  beforeAll(async () => {
    const world = await systemWorld({ dataDir: source });
    const { bid } = await world.get<{ bid: number }>('/api/quote?symbol=BTCUSDT');
    await world.post('/api/orders', {
      symbol: 'BTCUSDT',
      side: 'buy',
      quantity: '0.01',
      stopLoss: (bid * 0.9).toFixed(2),
      takeProfit: (bid * 1.3).toFixed(2),
    });
    account = await world.get('/api/account');
    working = await workingOrders(world);
    await world.stop();
    await backupDesk(configOf(source), file);
  });
  afterAll(() => {
    for (const each of folders) rmSync(each, { recursive: true, force: true });
  });

  /** Stop and target rest at the restored exchange, and the position can be closed there. */
  async function expectWhole(world: SystemWorld) {
    try {
      expect(working).toHaveLength(2);
      expect(await world.get('/api/account')).toMatchObject({ cash: account.cash, openPositions: 1 });
      expect(await workingOrders(world)).toEqual(working);
      const closed = await world.post('/api/positions/BTCUSDT/close');
      expect(closed).toMatchObject({ outcome: 'placed', fills: [{ side: 'sell', quantity: '0.01' }] });
      expect((await world.get<{ positions: PositionDocument[] }>('/api/positions')).positions).toEqual([]);
      expect(await workingOrders(world)).toEqual([]);
      expect(await world.get<AuditDocument>('/api/audit')).toMatchObject({ ok: true });
    } finally {
      await world.stop();
    }
  }

  it('opens in another folder with its resting orders', async () => {
    const dataDir = folder();
    await restoreDesk(configOf(dataDir), file);
    await expectWhole(await systemWorld({ dataDir }));
  });

  if (!postgresServer) console.warn(postgresAbsent);
  it.skipIf(!postgresServer)('opens on PostgreSQL with its resting orders', async () => {
    const server = await createPostgres();
    try {
      const env = { DATABASE_URL: server.url };
      const dataDir = folder();
      await restoreDesk(configOf(dataDir, env), file);
      await expectWhole(await systemWorld({ dataDir, env }));
    } finally {
      await server.drop();
    }
  });
});
