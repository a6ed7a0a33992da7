import { resolveInstrument } from '../../src/domain/instruments.ts';
import { resolveSymbol } from '../market-data/tools/instruments.ts';
import { mount } from '../shell.ts';
import { bridgeStdio, serveStdioDirect } from '../stdio.ts';

/** A child process for tests: `direct`, or `bridge URL TOKEN NAME`. */
const definition = { name: 'market-data', title: 'Fixture', instructions: 'Ask.', tools: [resolveSymbol] };
const clock = { now: () => Date.UTC(2025, 5, 18, 14) };
const marketData = { find: async (spelling: string) => resolveInstrument(spelling) };
const [mode, url = '', token, name = 'market-data'] = process.argv.slice(2);
if (mode === 'bridge') await bridgeStdio({ url, token, name });
else await serveStdioDirect(mount(definition, { clock, marketData }, { version: '0' }));
