import * as wire from '../../wire.ts';
import type { ApiDeps } from '../deps.ts';
import type { DoctorDocument } from '../documents.ts';
import { answer, answers, body, createRoute, needs, resource } from '../openapi.ts';

const doctor = createRoute({
  method: 'get',
  path: '/doctor',
  summary: 'What is on, what is off, and why',
  ...needs('account:read'),
  responses: answers(answer<DoctorDocument>('Doctor', 'The state of every part.')),
});

const backtest = createRoute({
  method: 'post',
  path: '/backtest',
  summary: 'The same decisions over stored bars, costs on',
  ...needs('analysis:run'),
  request: { body: body(wire.backtestRequest) },
  responses: answers(answer<Record<string, unknown>>('Backtest', 'Metrics, trades and the equity curve.')),
});

export function researchRoutes({ doctor: examine, backtest: run, marketData }: ApiDeps) {
  return resource()
    .openapi(doctor, async (c) => c.json(await examine(), 200))
    .openapi(backtest, async (c) => {
      const request = c.req.valid('json');
      const report = await run({ ...request, symbol: marketData.resolve(request.symbol).symbol });
      return c.json(report as Record<string, never>, 200);
    });
}
