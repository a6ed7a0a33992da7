import type { Account } from '../domain/account.ts';
import { AppError } from '../domain/errors.ts';
import type { DecisionDocument, DecisionRecord, JournalEntry, Panel } from '../domain/record.ts';
import type { Direction } from '../domain/signal.ts';
import type { Interval, Timestamp } from '../domain/time.ts';
import { type Decision, decide } from './decide.ts';
import { toDocument, toRecord, toVerdictRecord } from './decision-record.ts';
import type { Desk, MarketRead, Policy, Step } from './desk.ts';
import { forecastsOf } from './forecasts.ts';
import { markEntries, withMarks } from './mark.ts';

export interface AnalyzeRequest {
  symbol: string;
  interval?: Interval;
  asOf?: Timestamp;
  /** Who asked: `user`, `mcp`, `cycle`, `cli`. */
  origin: string;
  onStep?: (step: Step) => void;
  signal?: AbortSignal;
  cycleId?: string;
}

/** "analyze EURUSD": reads the market, hears the six, sizes, judges, writes it all down, and answers. Sends nothing. */
export const analyze = async (desk: Desk, request: AnalyzeRequest): Promise<DecisionDocument> =>
  toDocument((await makeDecision(desk, request)).record);

/** The same, with the record that it left and why it came out so. */
export async function makeDecision(
  desk: Desk,
  request: AnalyzeRequest,
): Promise<{ record: DecisionRecord; why: string }> {
  const { onStep, signal } = request;
  const startedAt = desk.clock.now();
  const decisionId = desk.ids.next('dec');
  const account = await desk.book.read(desk.accountId);
  stopIfAborted(signal);
  const { symbol: spelled, interval, asOf } = request;
  const read = await desk.market({ symbol: spelled, interval, asOf, account, signal });
  const provenance = `${read.source}${read.simulated ? ' (SIMULATED)' : ''}`;
  onStep?.({ kind: 'step', name: 'market', text: `Read ${read.symbol} ${read.interval} from ${provenance}.` });
  const policy = await desk.policy();
  const panel = await desk.deliberate({
    symbol: read.symbol,
    interval: read.interval,
    asOf: read.asOf,
    held: heldOf(account, read.symbol),
    market: read.market,
    simulated: read.simulated,
    onStep,
    signal,
    decisionId,
  });
  stopIfAborted(signal);

  let decision: Decision | undefined;
  let record: DecisionRecord | undefined;
  const live = asOf === undefined && !read.quality.stale;
  await desk.book.append(desk.accountId, (newest) => {
    // A look at the past must not move today's peak or day start.
    const marks = live ? markEntries(newest, read.market, desk.clock.now()) : [];
    const marked = withMarks(newest, marks, startedAt);
    decision = decide({ panel, account: marked, market: read.market, policy, origin: originOf(request) });
    const elapsedMs = desk.clock.now() - startedAt;
    record = recordOf({ decisionId, desk, request, read, panel, account: marked, policy, decision, elapsedMs });
    return [...marks, ...decisionEntries(record, read, live)];
  });
  onStep?.({ kind: 'step', name: 'decision', text: decision!.why });
  return { record: record!, why: decision!.why };
}

export const heldOf = (account: Account, symbol: string): Direction =>
  account.positions.find((position) => position.symbol === symbol)?.side ?? 'flat';

const originOf = ({ origin, cycleId }: AnalyzeRequest) => (cycleId === undefined ? origin : 'cycle');

/** A claim about a future that is past already would be no forecast: only what was decided live is scored. */
function decisionEntries(record: DecisionRecord, read: MarketRead, live: boolean): JournalEntry[] {
  const quoted = read.market.instruments[record.symbol];
  const forecasts = quoted && live ? forecastsOf(record, quoted) : [];
  return [
    { kind: 'decision', payload: record },
    ...forecasts.map((forecast): JournalEntry => ({ kind: 'forecast', payload: forecast })),
  ];
}

function recordOf(parts: {
  decisionId: string;
  desk: Desk;
  request: AnalyzeRequest;
  read: MarketRead;
  panel: Panel;
  account: Account;
  policy: Policy;
  decision: Decision;
  elapsedMs: number;
}): DecisionRecord {
  const { decisionId, desk, request, read, panel, account, policy, decision, elapsedMs } = parts;
  const { symbol, interval, asOf, knownAt, source, simulated, quality, market, notices } = read;
  return toRecord({
    id: decisionId,
    account: desk.accountId,
    symbol,
    interval,
    asOf,
    knownAt,
    source,
    simulated,
    quality,
    panel,
    market,
    accountBefore: account,
    policy,
    intent: decision.intent,
    verdict: toVerdictRecord(decision.verdict),
    notices: decision.outcome === 'no_trade' ? [...notices, decision.why] : notices,
    elapsedMs,
    origin: originOf(request),
    ...(request.cycleId === undefined ? {} : { cycleId: request.cycleId }),
  });
}

export function stopIfAborted(signal: AbortSignal | undefined) {
  if (signal?.aborted) throw new AppError('cancelled', 'The request was cancelled.', { cause: signal.reason });
}
