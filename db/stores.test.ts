import { expect, it } from 'vitest';
import { describeOnDatabases, openMemoryDatabase } from '../src/testing/database.ts';
import { storesContract } from '../src/testing/store-contract.ts';
import { createStores } from './stores.ts';

describeOnDatabases('stores', (database) => {
  let now = 0;
  storesContract(
    () => createStores(database(), { now: () => now }),
    (time) => {
      now = time;
    },
  );
});

it('a database that has gone is said to be unavailable, without the query in the message', async () => {
  const database = await openMemoryDatabase();
  await database.migrate();
  const { settings } = createStores(database, { now: () => 0 });
  await settings.set('universe', ['EURUSD'], 'owner');
  await database.close();
  const failed = settings.set('universe', ['a private thing'], 'owner');
  await expect(failed).rejects.toMatchObject({ code: 'unavailable', message: expect.not.stringContaining('private') });
});
