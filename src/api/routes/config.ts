import * as wire from '../../wire.ts';
import { requirePrincipal } from '../auth/guard.ts';
import type { ApiDeps } from '../deps.ts';
import type { ConfigDocument, EmergencyStopDocument, TradingStateDocument } from '../documents.ts';
import type { Principal } from '../env.ts';
import { answer, answers, body, createRoute, needs, resource, z } from '../openapi.ts';

/** Five fields of digits, names, `*`, `,`, `-` and `/`; the scheduler reads them fully. */
const cron = z
  .string()
  .trim()
  .regex(/^[\w*,/-]+( +[\w*,/-]+){4}$/, 'A schedule has five fields, such as "2 * * * *".');

const timeZone = z.string().refine(isTimeZone, 'Name an IANA time zone, such as UTC or Europe/Berlin.');

const configPatch = z.strictObject({
  universe: wire.symbols.optional(),
  interval: wire.interval.optional(),
  schedule: z.strictObject({ enabled: z.boolean(), cron, timeZone }).partial().optional(),
  risk: z
    .strictObject({
      profile: z.enum(['conservative', 'balanced', 'aggressive']),
      overrides: z.record(z.string().max(64), z.union([z.string().max(64), z.number(), z.boolean()])),
    })
    .partial()
    .optional(),
});

const config = answer<ConfigDocument>('Config', 'What the owner may set while the desk runs.');
const read = createRoute({
  method: 'get',
  path: '/config',
  summary: 'Universe, schedule and risk profile',
  ...needs('account:read'),
  responses: answers(config),
});
const write = createRoute({
  method: 'put',
  path: '/config',
  summary: 'Change some of the settings; what is left out stays',
  ...needs('admin'),
  request: { body: body(configPatch) },
  responses: answers(config),
});
const tradingState = answer<TradingStateDocument>('TradingState', 'active, reducing or halted.');
const readState = createRoute({
  method: 'get',
  path: '/trading-state',
  summary: 'Whether the desk may trade',
  ...needs('account:read'),
  responses: answers(tradingState),
});
const writeState = createRoute({
  method: 'post',
  path: '/trading-state',
  summary: 'Halt, reduce or resume',
  description:
    'Halting needs trade:paper; anything that lets the desk trade more needs admin. Halting and reducing cancel every ' +
    'open entry; stops, targets and exits stay.',
  ...needs('trade:paper'),
  request: { body: body(wire.tradingStateRequest) },
  responses: answers(tradingState),
});
const stop = createRoute({
  method: 'post',
  path: '/emergency-stop',
  summary: 'Halt at once, and with flatten close every position first',
  description: 'Only tightens. To flatten a desk that is halted already needs admin.',
  ...needs('trade:paper'),
  request: { body: body(wire.emergencyStopRequest) },
  responses: answers(answer<EmergencyStopDocument>('EmergencyStop', 'What was cancelled and closed, and what failed.')),
});

/** Who moves the brake. The engine lets only a `user` loosen it, and looks in the same append that writes it. */
const bearer = ({ userId, scopes }: Principal) => ({ by: userId, origin: scopes.includes('admin') ? 'user' : 'api' });

export function configRoutes(deps: ApiDeps) {
  const { desk, marketData } = deps;
  const state = async (): Promise<TradingStateDocument> => {
    const account = await desk.account();
    return {
      state: account.tradingState,
      ...(account.tradingStateReason ? { reason: account.tradingStateReason } : {}),
    };
  };
  return resource()
    .openapi(read, async (c) => c.json(await readConfig(deps), 200))
    .openapi(write, async (c) => {
      const { universe, ...patch } = c.req.valid('json');
      const symbols = universe?.map((each) => marketData.resolve(each).symbol);
      await writeConfig(deps, { ...patch, universe: symbols && [...new Set(symbols)] }, requirePrincipal(c).userId);
      return c.json(await readConfig(deps), 200);
    })
    .openapi(readState, async (c) => c.json(await state(), 200))
    .openapi(writeState, async (c) => {
      const report = await desk.setTradingState({ ...c.req.valid('json'), ...bearer(requirePrincipal(c)) });
      return c.json({ ...(await state()), ...report }, 200);
    })
    .openapi(stop, async (c) => {
      const report = await desk.emergencyStop({ ...c.req.valid('json'), ...bearer(requirePrincipal(c)) });
      return c.json({ ...(await state()), ...report }, 200);
    });
}

/** The settings in force: what was set, over the configuration's own. */
export async function readConfig({ config, desk }: Pick<ApiDeps, 'config' | 'desk'>): Promise<ConfigDocument> {
  const { settings, defaults } = config;
  const [universe, interval, schedule, limits] = await Promise.all([
    settings.get<ConfigDocument['universe']>('universe'),
    settings.get<ConfigDocument['interval']>('interval'),
    settings.get<ConfigDocument['schedule']>('schedule'),
    desk.limits(),
  ]);
  return {
    universe: universe ?? defaults.universe,
    interval: interval ?? defaults.interval,
    schedule: schedule ?? defaults.schedule,
    risk: (limits as ConfigDocument['risk'] | undefined) ?? defaults.risk,
  };
}

type ConfigPatch = z.output<typeof configPatch>;

async function writeConfig(deps: ApiDeps, patch: ConfigPatch, by: string) {
  const { settings, check, onChange } = deps.config;
  const now = await readConfig(deps);
  const schedule = { ...now.schedule, ...patch.schedule };
  const risk = { ...now.risk, ...patch.risk };
  const { universe = now.universe, interval = now.interval } = patch;
  const wanted = { universe, interval, schedule, risk };
  // All or nothing: a request with one mistake must not change the rest.
  check?.(wanted);
  if (patch.risk) await deps.desk.setLimits({ ...risk, by });
  await onChange?.(wanted);
  if (patch.universe) await settings.set('universe', patch.universe, by);
  if (patch.interval) await settings.set('interval', patch.interval, by);
  if (patch.schedule) await settings.set('schedule', schedule, by);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
