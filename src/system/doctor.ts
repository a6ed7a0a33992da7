import type { DoctorDocument } from '../api/documents.ts';
import { DAY, MINUTE, SECOND, toIso } from '../domain/time.ts';
import type { VendorStatus } from '../ports/market-data.ts';
import type { SystemParts } from './parts.ts';

type Check = DoctorDocument['checks'][number];

/** What is on, what is off and why, in one list. Never calls a vendor: it tells what the desk learned so far. */
export async function examine(parts: SystemParts): Promise<DoctorDocument> {
  const checks = [
    await database(parts),
    cache(parts),
    { name: 'journal', state: 'on', text: parts.journalText } satisfies Check,
    trading(await parts.account()),
    schedule(parts),
    ...parts.marketData.vendors().map(vendor),
    ...parts.macro.providers().map((each) => offered('macro', each, parts.factFailures)),
    ...parts.news.map((each) => offered('news', each, parts.factFailures)),
    ...parts.calendars.map((each) => offered('calendar', each, parts.factFailures)),
    ...parts.models.map(({ name, model, unavailable }) =>
      unavailable
        ? off(`model ${name}`, unavailable)
        : on(`model ${name}`, `${model}, words rationales and may shade views within bounds`),
    ),
    ...(parts.models.every(({ unavailable }) => unavailable)
      ? [on('model', 'none needed: the six judges decide on their own')]
      : []),
  ];
  return { ok: checks.every(({ state }) => state !== 'error'), checks };
}

const on = (name: string, text: string): Check => ({ name, state: 'on', text });
const off = (name: string, text: string): Check => ({ name, state: 'off', text });

async function database({ database: { kind, health }, dataDir }: SystemParts): Promise<Check> {
  try {
    const { latencyMs } = await health();
    const where = kind === 'embedded' ? `embedded, in ${dataDir}` : 'PostgreSQL';
    return on('database', `${where}, answers in ${latencyMs.toFixed(1)} ms`);
  } catch (failure) {
    const text = failure instanceof Error ? failure.message : String(failure);
    return { name: 'database', state: 'error', text, hint: 'Start it again; see docs/operations.md.' };
  }
}

function cache({ cacheText, cacheDegraded }: SystemParts): Check {
  return cacheDegraded()
    ? {
        name: 'cache',
        state: 'warning',
        text: cacheText(),
        hint: 'Check REDIS_URL and that Redis runs; a desk that started without it must be started again.',
      }
    : on('cache', cacheText());
}

const trading = ({ tradingState, tradingStateReason }: Awaited<ReturnType<SystemParts['account']>>): Check =>
  tradingState === 'active'
    ? on('trading', 'active, paper money')
    : {
        name: 'trading',
        state: 'warning',
        text: `${tradingState}: ${tradingStateReason ?? 'no reason given'}`,
        hint: 'Resume it in Settings.',
      };

const schedule = ({ scheduleText, scheduleFault }: SystemParts): Check =>
  scheduleFault !== undefined
    ? { name: 'schedule', state: 'warning', text: scheduleText, hint: 'Set the schedule anew in Settings.' }
    : scheduleText
      ? on('schedule', scheduleText)
      : off('schedule', 'runs only inside `conclave start`');

function offered(
  kind: 'macro' | 'news' | 'calendar',
  { name, unavailable, simulated }: { name: string; unavailable?: string; simulated: boolean },
  failures: SystemParts['factFailures'],
): Check {
  const title = `${kind} ${name}`;
  if (unavailable) return off(title, unavailable);
  const failure = failures.get(title);
  if (failure) return { name: title, state: 'warning', text: `gave nothing when asked last: ${failure}` };
  return on(title, simulated ? 'for the simulated market only' : 'offered');
}

function vendor({
  name,
  offered: isOffered,
  reason,
  breaker,
  lastSuccess,
  lastFailure,
  latencyMs,
  budget,
}: VendorStatus): Check {
  if (!isOffered) return off(`data ${name}`, reason ?? 'not offered');
  if (breaker === 'open') {
    const why = lastFailure?.message ?? 'the network does not answer';
    return { name: `data ${name}`, state: 'warning', text: `left alone for a while: ${why}` };
  }
  const seen = lastSuccess
    ? `last answer ${toIso(lastSuccess)}${latencyMs === undefined ? '' : ` in ${Math.round(latencyMs)} ms`}`
    : 'not asked yet';
  return on(`data ${name}`, `${seen}${budget ? `; ${budgetText(budget)}` : ''}`);
}

/** E.g. "4 of 5 calls a minute left, 20 left today". */
function budgetText({ left, of, perMs, dayLeft }: NonNullable<VendorStatus['budget']>): string {
  const per = perMs === MINUTE ? 'a minute' : perMs === DAY ? 'a day' : `per ${perMs / SECOND} s`;
  return `${left} of ${of} calls ${per} left${dayLeft === undefined ? '' : `, ${dayLeft} left today`}`;
}
