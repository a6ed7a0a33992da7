import { expect, it } from 'vitest';
import { DAY } from '../src/domain/time.ts';
import { describeOnDatabases } from '../src/testing/database.ts';
import { saver } from './checkpoints.ts';
import { prune } from './retention.ts';
import { createStores } from './stores.ts';

const NOW = Date.UTC(2025, 5, 18);

describeOnDatabases('retention', (database) => {
  it('removes old quotes and ended sessions and keeps the rest', async () => {
    const stores = createStores(database(), { now: () => NOW - 10 * DAY });
    const quote = { symbol: 'EURUSD', bid: 1.1, ask: 1.2, source: 'sim' };
    for (const eventTime of [NOW - 9 * DAY, NOW - 2 * DAY, NOW]) {
      await stores.quotes.write({ ...quote, eventTime, receiveTime: eventTime });
    }
    await stores.users.save({ id: 'u1', name: 'Ada', role: 'owner', createdAt: NOW - 10 * DAY });
    for (const [tokenHash, expiresAt] of [['old', NOW] as const, ['new', NOW + 1] as const]) {
      await stores.users.saveSession({ tokenHash, userId: 'u1', scopes: [], createdAt: 0, expiresAt, label: '' });
    }
    const bounds = { now: NOW, quotesBefore: NOW - 7 * DAY, checkpointsBefore: NOW };
    expect(await prune(database(), bounds)).toEqual({ quotes: 1, sessions: 1, checkpoints: 0 });
    await saver(database());
    expect(await prune(database(), bounds)).toEqual({ quotes: 0, sessions: 0, checkpoints: 0 });
    expect(await stores.quotes.latest('EURUSD', NOW - 3 * DAY)).toBeUndefined();
    expect(await stores.users.session('new')).toBeDefined();
    expect(await stores.users.session('old')).toBeUndefined();
  });
});
