import * as wire from '../../wire.ts';
import type { ApiDeps } from '../deps.ts';
import type { IngestDocument } from '../documents.ts';
import { answer, answers, body, createRoute, needs, resource } from '../openapi.ts';

const pushMt5 = createRoute({
  method: 'post',
  path: '/ingest/mt5',
  summary: 'Bars and quotes from a MetaTrader 5 terminal',
  description:
    'For the expert advisor in deploy/mt5. At most 1 MB, 50 series of 5,000 bars and 1,000 quotes; of each symbol the newest quote is kept. Sent again, the same bars change nothing.',
  ...needs('market:write'),
  request: { body: body(wire.mt5Push) },
  responses: answers(answer<IngestDocument>('Ingest', 'What was accepted and what was kept apart.')),
});

export function ingestRoutes({ ingestMt5 }: Pick<ApiDeps, 'ingestMt5'>) {
  return resource().openapi(pushMt5, async (c) => c.json(await ingestMt5(c.req.valid('json')), 200));
}
