import * as wire from '../../wire.ts';
import type { ApiDeps } from '../deps.ts';
import type { QualityDocument, QualityOverviewDocument, SettledDocument } from '../documents.ts';
import { answer, answers, body, createRoute, needs, resource, z } from '../openapi.ts';

const named = z.object({ symbol: wire.symbol });
const rejectedId = z.string().min(1).max(400).describe('Of a rejected bar, as listed.');

const overview = createRoute({
  method: 'get',
  path: '/quality',
  summary: 'Stored bars by source, and how many were rejected',
  ...needs('market:read'),
  responses: answers(answer<QualityOverviewDocument>('QualityOverview', 'Real bars only.')),
});

const readQuality = createRoute({
  method: 'get',
  path: '/quality/{symbol}',
  summary: 'Score and flags of the newest bars, and the bars that failed a check',
  description: 'With interval only rejected bars of it are listed, newest first.',
  ...needs('market:read'),
  request: {
    params: named,
    query: z.strictObject({ interval: wire.interval.optional(), limit: wire.limit.default(100) }),
  },
  responses: answers(answer<QualityDocument>('Quality', 'Each rejected bar with its raw values and the reason.')),
});

const accept = createRoute({
  method: 'post',
  path: '/quality/{symbol}/accept',
  summary: 'Take a rejected bar as it came',
  ...needs('admin'),
  request: { params: named, body: body(z.strictObject({ id: rejectedId })) },
  responses: answers(answer<SettledDocument>('Settled', 'The bar is a new fact; its raw values stay listed.')),
});

const repair = createRoute({
  method: 'post',
  path: '/quality/{symbol}/repair',
  summary: 'Mend rejected bars where a rule is certain',
  description: 'Without id every one that has a repair and was not settled before.',
  ...needs('admin'),
  request: {
    params: named,
    body: body(z.strictObject({ id: rejectedId.optional(), interval: wire.interval.optional() })),
  },
  responses: answers(answer<SettledDocument>('Repaired', 'Each with the rule that mended it.')),
});

export function qualityRoutes({ quality, marketData, config }: Pick<ApiDeps, 'quality' | 'marketData' | 'config'>) {
  const symbolOf = (spelling: string) => marketData.resolve(spelling).symbol;
  return resource()
    .openapi(overview, async (c) => c.json(await quality.overview(), 200))
    .openapi(readQuality, async (c) => {
      const { interval: filter, limit } = c.req.valid('query');
      const interval = filter ?? config.defaults.interval;
      const symbol = symbolOf(c.req.valid('param').symbol);
      return c.json(await quality.read({ symbol, interval, filter, limit, signal: c.req.raw.signal }), 200);
    })
    .openapi(accept, async (c) => {
      const { id } = c.req.valid('json');
      const symbol = symbolOf(c.req.valid('param').symbol);
      return c.json(await quality.accept({ symbol, id, by: c.get('principal')!.userId }), 200);
    })
    .openapi(repair, async (c) => {
      const asked = c.req.valid('json');
      const symbol = symbolOf(c.req.valid('param').symbol);
      return c.json(await quality.repair({ symbol, ...asked, by: c.get('principal')!.userId }), 200);
    });
}
