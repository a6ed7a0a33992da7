import { PGlite } from '@electric-sql/pglite';

// Run as a process of its own (see client.ts): making a database takes some 150 MB that a process does not give back.
const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder in which the embedded database is to be made.');
const lite = await PGlite.create({ dataDir: folder });
await lite.close();
