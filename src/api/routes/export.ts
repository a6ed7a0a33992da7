import { Readable } from 'node:stream';
import { AppError } from '../../domain/errors.ts';
import * as wire from '../../wire.ts';
import type { ApiDeps } from '../deps.ts';
import { answer, answers, createRoute, needs, resource } from '../openapi.ts';

const exportBars = createRoute({
  method: 'get',
  path: '/export/bars',
  summary: 'Stored bars as a file (CSV, Parquet or JSON), oldest first',
  description: 'The header X-Source names whose bars they are; X-Simulated is true where the market is invented.',
  ...needs('market:read'),
  request: { query: wire.exportQuery },
  responses: answers(answer<unknown>('BarsFile', 'A file that can be imported again.')),
});

const types = { csv: 'text/csv; charset=utf-8', json: 'application/json', parquet: 'application/vnd.apache.parquet' };

export function exportRoutes({ exportBars: open, config }: Pick<ApiDeps, 'exportBars' | 'config'>) {
  return resource().openapi(exportBars, async (c) => {
    const { interval = config.defaults.interval, ...query } = c.req.valid('query');
    if (query.from !== undefined && query.to !== undefined && query.from >= query.to) {
      throw new AppError('invalid_input', 'The range ends before it starts.', { hint: 'Give a from before its to.' });
    }
    const { symbol, source, simulated, chunks } = await open({ ...query, interval });
    const name = `${symbol}_${interval}_${source}.${query.format}`.replace(/[^\w.-]/g, '-');
    return c.body(Readable.toWeb(Readable.from(chunks, { objectMode: false })) as ReadableStream, 200, {
      'content-type': types[query.format],
      'content-disposition': `attachment; filename="${name}"`,
      'x-source': source,
      ...(simulated ? { 'x-simulated': 'true' } : {}),
    }) as never;
  });
}
