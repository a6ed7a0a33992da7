import { openStandIn } from './server.ts';
import { standIns } from './vendors.ts';

/** `npm run stand-in [-- vendor ...]`: vendors on this machine, for trying a desk without keys and without a network. */
const names = process.argv.slice(2);
const stranger = names.find((name) => !standIns.some((each) => each.name === name));
if (stranger) fail(`There is no stand-in of ${stranger}; there are ${standIns.map(({ name }) => name).join(', ')}.`);

const port = Number(process.env.STAND_IN_PORT ?? 4010);
const server = await openStandIn({ now: Date.now, port }).catch(() =>
  fail(`Port ${port} is in use or not allowed. Name another: STAND_IN_PORT=4011 npm run stand-in`),
);
const lines = Object.entries(server.environment(...names)).map(([name, value]) => `${name}=${value}`);
console.log(
  [
    `# Stand-in vendors at ${server.url}: recorded hours, played again and again, their times moved to now.`,
    '# Paste into .env or in front of a command; AAPL, EURUSD, BTCUSD and BTCUSDT are known.',
    ...lines,
    `# Make one fail: curl '${server.url}/control/${names[0] ?? 'oanda'}?fail=500' (500, html, 429, none). Ctrl-C ends it.`,
  ].join('\n'),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
