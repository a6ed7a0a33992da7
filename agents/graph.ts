import { Annotation, type BaseCheckpointSaver, END, START, StateGraph } from '@langchain/langgraph';
import { blend } from '../src/consensus/blend.ts';
import type { ConsensusPolicy } from '../src/consensus/policy.ts';
import { AppError } from '../src/domain/errors.ts';
import type { Evidence, Panel, PanelEntry } from '../src/domain/record.ts';
import { type Abstention, type AnalystName, analysts, type Consensus } from '../src/domain/signal.ts';
import type { Duration } from '../src/domain/time.ts';
import type { Deliberate, Question } from '../src/engine/desk.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Model } from '../src/ports/model.ts';
import type { Analyst } from './analyst.ts';
import { HORIZON_BARS, type Judge } from './judges/reading.ts';
import { panel as everyone } from './panel.ts';
import type { Prompts } from './prompts.ts';
import { refine } from './refine.ts';
import type { ToolClient } from './tool-client.ts';

export interface Deadlines {
  /** For an analyst's tools and judge together. */
  gatherMs: Duration;
  /** For the model, after that. */
  refineMs: Duration;
}

export const defaultDeadlines: Deadlines = { gatherMs: 5_000, refineMs: 4_000 };

export interface DeliberateDeps {
  tools: Pick<ToolClient, 'call'>;
  model: Model;
  prompts: Prompts;
  judges: Record<AnalystName, Judge>;
  /** Weights in force: prior × skill. */
  /** Weights in force for a question: what was known of the analysts at its moment. */
  weights: (question: Question) => Promise<Record<AnalystName, number>>;
  consensus: ConsensusPolicy | (() => Promise<ConsensusPolicy>);
  clock: Clock;
  deadlines?: Deadlines;
  analysts?: readonly Analyst[];
  /** Only for runs that wait for a person; unattended runs start again from their slot instead. */
  checkpointer?: BaseCheckpointSaver;
}

const State = Annotation.Root({
  decisionId: Annotation<string>,
  weights: Annotation<Record<AnalystName, number>>,
  entries: Annotation<PanelEntry[]>({ reducer: (before, added) => [...before, ...added], default: () => [] }),
  outcome: Annotation<Consensus>,
});
type State = typeof State.State;

/**
 * The panel as a graph: resolve, six analysts in parallel, consensus. A step is told as soon as it is done. An analyst
 * that fails or is late becomes an abstention; only a caller who leaves, or broken weights, stop the run.
 */
export function createDeliberate(deps: DeliberateDeps): Deliberate {
  const seats = deps.analysts ?? everyone;
  // What a run carries beside its state: functions and signals, which no checkpoint could hold.
  const running = new Map<string, Question>();
  const questionOf = ({ decisionId }: State) => {
    const question = running.get(decisionId);
    if (!question) throw new AppError('internal', `Run ${decisionId} is not running here.`);
    return question;
  };

  const graph = new StateGraph(State).addNode('resolve', async (state) => {
    const question = questionOf(state);
    const { symbol, interval, onStep } = question;
    const weights = await deps.weights(question);
    onStep?.({ kind: 'step', name: 'resolve', text: `${symbol} ${interval}: ${seats.length} analysts are asked` });
    return { weights };
  });
  const building = graph as unknown as StateGraph<typeof State, State, Partial<State>, string>;
  building.addEdge(START, 'resolve');
  for (const analyst of seats) {
    building.addNode(analyst.name, async (state: State) => {
      const question = questionOf(state);
      const entry = await sit(analyst, question, deps);
      question.onStep?.({ kind: 'signal', entry });
      return { entries: [entry] };
    });
    building.addEdge('resolve', analyst.name);
  }
  building.addNode('consensus', async (state: State) => {
    const { held, interval, onStep } = questionOf(state);
    const policy = typeof deps.consensus === 'function' ? await deps.consensus() : deps.consensus;
    const signals = inOrder(state.entries).map(({ signal }) => signal);
    const horizon = { interval, bars: HORIZON_BARS };
    const outcome = blend(signals, { weights: state.weights, held, policy, horizon });
    onStep?.({ kind: 'consensus', consensus: outcome });
    return { outcome };
  });
  building.addEdge(
    seats.map(({ name }) => name),
    'consensus',
  );
  building.addEdge('consensus', END);
  const compiled = building.compile(deps.checkpointer ? { checkpointer: deps.checkpointer } : {});

  return async (question) => {
    const { decisionId, symbol, interval, asOf, signal } = question;
    if (signal?.aborted) throw new AppError('cancelled', 'The analysis was cancelled.');
    if (running.has(decisionId)) throw new AppError('conflict', `Decision ${decisionId} is already being made.`);
    running.set(decisionId, question);
    try {
      const config = {
        ...(signal ? { signal } : {}),
        ...(deps.checkpointer ? { configurable: { thread_id: decisionId }, durability: 'exit' as const } : {}),
      };
      const end = (await compiled.invoke({ decisionId }, config)) as State;
      return panelOf({ symbol, interval, asOf }, end);
    } catch (cause) {
      if (signal?.aborted) throw new AppError('cancelled', 'The analysis was cancelled.', { cause });
      throw cause;
    } finally {
      running.delete(decisionId);
    }
  };
}

function panelOf(about: Pick<Panel, 'symbol' | 'interval' | 'asOf'>, { entries, weights, outcome }: State): Panel {
  return { ...about, entries: inOrder(entries), weights, consensus: outcome };
}

/** Parallel results in one order, whoever was first. */
const inOrder = (entries: readonly PanelEntry[]) =>
  analysts.flatMap((name) => entries.filter((entry) => entry.signal.analyst === name));

/** One analyst's turn: gather and judge within the deadline, then let a model shade it within its own. Never throws. */
export async function sit(analyst: Analyst, question: Question, deps: DeliberateDeps): Promise<PanelEntry> {
  const { clock, judges, deadlines = defaultDeadlines } = deps;
  const startedAt = clock.now();
  const elapsedMs = () => clock.now() - startedAt;
  const gathered = await gatherInTime(analyst, question, deps, deadlines.gatherMs);
  if ('reason' in gathered) {
    const { name } = analyst;
    const evidence: Evidence = {
      analyst: name,
      symbol: question.symbol,
      interval: question.interval,
      asOf: question.asOf,
      facts: {},
    };
    const signal = absence(name, gathered.reason, gathered.message);
    return { evidence, judged: signal, signal, elapsedMs: elapsedMs() };
  }
  const { evidence } = gathered;
  try {
    const judged = judges[analyst.name](evidence);
    const refineDeps = { model: deps.model, prompts: deps.prompts, clock, deadlineMs: deadlines.refineMs };
    const context = { decisionId: question.decisionId, signal: question.signal };
    const refined = await refine(analyst, judged, evidence, refineDeps, context);
    return { evidence, judged, ...refined, elapsedMs: elapsedMs() };
  } catch (failure) {
    const signal = absence(analyst.name, 'failed', messageOf(failure));
    return { evidence, judged: signal, signal, elapsedMs: elapsedMs() };
  }
}

/** Reasons that no judge gave: they come from the run itself, and a replay keeps them as they are. */
export const unjudgedReasons = ['deadline', 'failed'] as const;

const absence = (analyst: AnalystName, reason: (typeof unjudgedReasons)[number], rationale: string): Abstention => ({
  kind: 'abstention',
  analyst,
  reason,
  evidence: [],
  rationale,
});

const messageOf = (failure: unknown) => (failure instanceof Error ? failure.message : String(failure));

type Gathered = { evidence: Evidence } | { reason: 'deadline' | 'failed'; message: string };

/** The tools' answer, or why there is none. At the deadline the tools are told to stop, and nobody waits for them. */
async function gatherInTime(
  analyst: Analyst,
  question: Question,
  { tools, clock }: DeliberateDeps,
  deadlineMs: Duration,
): Promise<Gathered> {
  const { symbol, interval, asOf, signal: left } = question;
  const stop = new AbortController();
  const signal = left ? AbortSignal.any([left, stop.signal]) : stop.signal;
  const rest = new AbortController();
  const late = clock.sleep(deadlineMs, rest.signal).then(
    (): Gathered => ({ reason: 'deadline', message: `No evidence within ${deadlineMs} ms.` }),
    (): Gathered => ({ reason: 'failed', message: 'stopped' }),
  );
  const asked = analyst.gather(tools, { symbol, interval, asOf, signal }).then(
    (evidence): Gathered => ({ evidence }),
    (failure: unknown): Gathered => ({ reason: 'failed', message: messageOf(failure) }),
  );
  const first = await Promise.race([asked, late]);
  rest.abort();
  stop.abort();
  return first;
}
