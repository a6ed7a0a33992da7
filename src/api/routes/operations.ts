import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { AppError } from '../../domain/errors.ts';
import { SECOND } from '../../domain/time.ts';
import { isLoopback } from '../auth/peer.ts';
import { LOCAL } from '../auth/sessions.ts';
import type { ApiDeps } from '../deps.ts';
import type { AuditDocument, HealthDocument } from '../documents.ts';
import type { ApiEnv } from '../env.ts';
import { answer, answers, createRoute, needs, resource } from '../openapi.ts';

const readHealth = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Whether the desk is up; open to anyone who reaches it',
  responses: answers(answer<HealthDocument>('Health', 'Status, version and the stores behind it.')),
});

const readAudit = createRoute({
  method: 'get',
  path: '/audit',
  summary: "Whether the journal's hash chain is whole",
  ...needs('account:read'),
  responses: answers(answer<AuditDocument>('Audit', 'Record by record, and where it breaks.')),
});

const shutDown = createRoute({
  method: 'post',
  path: '/shutdown',
  summary: "End this process; for this machine's own programs",
  ...needs('admin'),
  responses: answers(answer<{ stopping: true }>('Shutdown', 'It stops once this answer has left.')),
});

export function operationRoutes({ audit, shutdown, clock }: ApiDeps) {
  return resource()
    .openapi(readAudit, async (c) => c.json(await audit(), 200))
    .openapi(shutDown, (c) => {
      if (c.get('principal')?.label !== LOCAL || !shutdown) {
        throw new AppError('forbidden', "Only this machine's own programs end the desk.", {
          hint: 'Press Ctrl-C where it runs.',
        });
      }
      void clock.sleep(SECOND / 10).then(shutdown);
      return c.json({ stopping: true } as const, 200);
    });
}

export function healthRoute({ version, mode, startedAt, clock, health }: ApiDeps) {
  return resource().openapi(readHealth, async (c) => {
    const { database, cache, degraded } = await health();
    const uptimeMs = clock.now() - startedAt;
    return c.json({ status: degraded ? 'degraded' : 'ok', version, mode, uptimeMs, database, cache } as const, 200);
  });
}

/** Prometheus metrics: how long requests take, and what the desk did. */
export function createMetrics({ bus }: Pick<ApiDeps, 'bus'>) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'conclave_http_request_seconds',
    help: 'Time to answer HTTP requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const decisions = new Counter({
    name: 'conclave_decisions_total',
    help: 'Decisions made, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const fills = new Counter({ name: 'conclave_fills_total', help: 'Fills seen.', registers: [registry] });
  bus.subscribe('decision', ({ outcome }) => decisions.inc({ outcome }));
  bus.subscribe('fill', () => fills.inc());

  const measure: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const started = performance.now();
    await next();
    // The route's pattern, not its path: an id in a label would make a series of its own.
    const paths = matchedRoutes(c).map(({ path }) => path);
    const route = paths.filter((path) => !path.endsWith('*')).at(-1) ?? 'page';
    const labels = { method: c.req.method, route, status: String(c.res.status) };
    requests.observe(labels, (performance.now() - started) / 1_000);
  };
  const route = resource().get('/metrics', async (c) => {
    if (!isLoopback(c) && !c.get('principal')) {
      throw new AppError('unauthorized', 'Metrics are open to this machine only.', {
        hint: 'Scrape from the machine itself, or with an access token as "Authorization: Bearer …".',
      });
    }
    return c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType });
  });
  return { measure, route };
}
