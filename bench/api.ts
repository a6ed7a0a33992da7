import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createConnection } from 'node:net';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../src/api/auth/sessions.ts';
import { serveApp } from '../src/api/serve.ts';
import { doorWorld } from '../src/testing/door-world.ts';
import { median, report } from './measure.ts';

/**
 * Our door against bare node:http that sends the same bytes: each server in a process of its own, one raw-socket client,
 * rounds in turn. What stands behind the door is left out; what the door itself does (host check, sign-in, headers,
 * validation, metrics) is all there.
 */
const CONNECTIONS = 32;
const ROUND_MS = 700;
const ROUNDS = 7;
const TARGET_P95 = 100;

const routes = [
  { name: 'GET /api/health', path: '/api/health', headers: '' },
  {
    name: 'GET /api/instruments?limit=20, signed in',
    path: '/api/instruments?limit=20',
    headers: 'Authorization: Bearer a-session-token\r\n',
  },
];

if (process.argv[2] === 'ours') await serveOurs();
else if (process.argv[2] === 'bare') await serveBare();
else await measure();

async function serveOurs() {
  const { app, users, clock } = doorWorld();
  const expiresAt = clock.now() + 3_600_000;
  const scopes = ['market:read'];
  const tokenHash = sha256('a-session-token');
  await users.saveSession({ tokenHash, userId: 'owner', scopes, createdAt: 0, expiresAt, label: 'bench' });
  const server = await serveApp(app, { host: '127.0.0.1', port: 0 });
  process.stdout.write(`${server.port}\n`);
}

/** The same bodies, made anew for each request as ours are, with the least that an HTTP answer needs. */
async function serveBare() {
  const { ask } = doorWorld();
  const bodies = new Map<string, unknown>();
  for (const { path } of routes) bodies.set(path, await (await ask(path)).json());
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(bodies.get(request.url!)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
}

async function start(which: 'ours' | 'bare') {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), which], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout, 'data');
  return { port: Number(String(port)), stop: () => child.kill() };
}

/** Keeps every connection busy with one request at a time; answers with requests per second and the latencies. */
async function load(port: number, { path, headers }: (typeof routes)[number]) {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}\r\n`;
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + ROUND_MS;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = createConnection(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
      await once(socket, 'connect');
      let pending = '';
      let sent = performance.now();
      socket.write(request);
      for await (const text of socket as AsyncIterable<string>) {
        pending += text;
        if (!complete(pending)) continue;
        if (!pending.startsWith('HTTP/1.1 200')) throw new Error(`${path} answered ${pending.slice(0, 300)}`);
        const now = performance.now();
        latencies.push(now - sent);
        pending = '';
        if (now >= end) break;
        sent = now;
        socket.write(request);
      }
      socket.destroy();
    }),
  );
  latencies.sort((a, b) => a - b);
  return {
    rate: (latencies.length / (performance.now() - start)) * 1_000,
    p95: latencies[Math.floor(latencies.length * 0.95)]!,
  };
}

function complete(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /^content-length: (\d+)/im.exec(answer.slice(0, head))?.[1];
  return length === undefined ? answer.endsWith('0\r\n\r\n') : answer.length >= head + 4 + Number(length);
}

async function measure() {
  const [ours, bare] = await Promise.all([start('ours'), start('bare')]);
  try {
    for (const route of routes) {
      const rounds: { ours: Awaited<ReturnType<typeof load>>; bare: Awaited<ReturnType<typeof load>> }[] = [];
      for (let round = -2; round < ROUNDS; round++) {
        const pair = { ours: await load(ours.port, route), bare: await load(bare.port, route) };
        if (round >= 0) rounds.push(pair);
      }
      const p95 = median(rounds.map((each) => each.ours.p95));
      report({
        bench: 'api',
        claim: `${route.name}: requests/s over bare node:http`,
        value: median(rounds.map((each) => each.ours.rate / each.bare.rate)),
        unit: 'x',
        note: `${Math.round(median(rounds.map((each) => each.ours.rate)))} against ${Math.round(median(rounds.map((each) => each.bare.rate)))} requests/s`,
      });
      report({
        bench: 'api',
        claim: `${route.name}: p95 with ${CONNECTIONS} at once`,
        value: p95,
        unit: 'ms',
        target: `at most ${TARGET_P95} ms`,
        met: p95 <= TARGET_P95,
      });
    }
  } finally {
    ours.stop();
    bare.stop();
  }
}
