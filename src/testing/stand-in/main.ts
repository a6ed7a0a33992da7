import { openStandIn } from './server.ts';

/** `npm run stand-in [-- vendor ...]`: vendors on this machine, for trying a desk without keys and without a network. */
const port = Number(process.env.STAND_IN_PORT ?? 4010);
const server = await openStandIn({ now: Date.now, port });
const lines = Object.entries(server.environment(...process.argv.slice(2))).map(([name, value]) => `${name}=${value}`);
console.log(
  [
    `# Stand-in vendors at ${server.url}: recorded hours, played again and again, their times moved to now.`,
    '# Paste into .env or in front of a command; AAPL, EURUSD, BTCUSD and BTCUSDT are known.',
    ...lines,
    `# Make one fail: curl '${server.url}/control/oanda?fail=500' (500, html, 429, none). Ctrl-C ends it.`,
  ].join('\n'),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
