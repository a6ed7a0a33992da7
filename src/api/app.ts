import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../domain/errors.ts';
import { identify, knownHost, sameOrigin } from './auth/guard.ts';
import { peerOf } from './auth/peer.ts';
import { createSessions } from './auth/sessions.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiEnv } from './env.ts';
import { errorHandler } from './errors.ts';
import { securityHeaders } from './headers.ts';
import { learnSymbols } from './learn-symbols.ts';
import { createOrderLog } from './order-log.ts';
import { accountRoutes } from './routes/account.ts';
import { analyzeRoutes } from './routes/analyze.ts';
import { authRoutes, createThrottle, setSessionCookie } from './routes/auth.ts';
import { configRoutes } from './routes/config.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { eventRoutes } from './routes/events.ts';
import { exportRoutes } from './routes/export.ts';
import { importRoutes, isForm } from './routes/import.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { marketRoutes } from './routes/market.ts';
import { clientRoutes, mcpRoutes } from './routes/mcp.ts';
import { createMetrics, healthRoute, operationRoutes } from './routes/operations.ts';
import { orderRoutes } from './routes/orders.ts';
import { qualityRoutes } from './routes/quality.ts';
import { researchRoutes } from './routes/research.ts';
import { webApp } from './static.ts';
import { socketRoute } from './ws.ts';

const MEGABYTE = 1024 * 1024;

/** The desk over HTTP: API, live socket, MCP and the web app. */
export function createApp(deps: ApiDeps) {
  const { ids, log, allowedHosts, webRoot } = deps;
  const sessions = createSessions(deps);
  const throttle = createThrottle();
  const orderLog = createOrderLog(deps.journal, deps.desk.accountId);
  const metrics = createMetrics(deps);
  const all = { ...deps, orderLog };
  const app = new OpenAPIHono<ApiEnv>();
  app.onError(errorHandler(log));
  app.use(metrics.measure);
  app.use(securityHeaders(() => ids.next('req')));
  app.use(identify(sessions));
  app.use(knownHost(allowedHosts));
  app.use(sameOrigin);
  const small = bodyLimit({ maxSize: MEGABYTE });
  const form = bodyLimit({ maxSize: 65 * MEGABYTE });
  app.use('/api/*', (c, next) => {
    if (c.req.path !== '/api/import') return small(c, next);
    // A form is read into memory; a file that is the body itself goes to disk as it comes, once its sender is known.
    return isForm(c.req.raw) ? form(c, next) : next();
  });

  const learn = learnSymbols(deps.marketData);
  app.use('/api/*', learn);
  app.use('/mcp/*', learn);

  app.route('/api', healthRoute(deps));
  app.route('/api', operationRoutes(deps));
  app.route('/api/auth', authRoutes(sessions, throttle));
  app.route('/api', marketRoutes(deps));
  app.route('/api', analyzeRoutes(deps));
  app.route('/api', decisionRoutes(all));
  app.route('/api', orderRoutes(all));
  app.route('/api', accountRoutes(all));
  app.route('/api', configRoutes(deps));
  app.route('/api', researchRoutes(deps));
  app.route('/api', qualityRoutes(deps));
  app.route('/api', importRoutes(deps));
  app.route('/api', exportRoutes(deps));
  app.route('/api', ingestRoutes(deps));
  app.route('/api', eventRoutes(deps));
  app.route('/', clientRoutes(deps));
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Conclave',
      version: deps.version,
      description: 'A trading desk of agents. Paper money only; not investment advice.',
    },
  });
  app.all('/api/*', (c) => {
    throw new AppError('not_found', `There is no ${c.req.method} ${c.req.path}.`, { hint: 'See /api/openapi.json.' });
  });
  app.route('/', metrics.route);
  app.route('/', mcpRoutes(deps));
  app.route('/', socketRoute(deps, sessions));

  // The printed link: the token becomes a cookie and leaves the address bar before any page is shown.
  app.use('*', async (c, next) => {
    const token = c.req.method === 'GET' ? c.req.query('token') : undefined;
    if (token === undefined || !['/', '/sign-in'].includes(c.req.path)) return next();
    c.header('Cache-Control', 'no-store');
    try {
      const user = await throttle(peerOf(c), () => sessions.byStartToken(token));
      setSessionCookie(c, await sessions.open(user, 'link'));
      return c.redirect('/', 303);
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      return c.redirect(`/sign-in?problem=${failure.code === 'rate_limited' ? 'wait' : 'link'}`, 303);
    }
  });
  const page = webApp(webRoot);
  app.get('*', page);

  return Object.assign(app, {
    /** False once a password is set: then the printed link must be printed without its token. */
    startTokenWorks: async () => !(await sessions.passwordSet()),
  });
}
export type App = ReturnType<typeof createApp>;
