import { fileURLToPath } from 'node:url';
import { createDeliberate } from '../agents/graph.ts';
import { judges } from '../agents/judges/index.ts';
import { loadPrompts } from '../agents/prompts.ts';
import { noModel } from '../src/adapters/model/index.ts';
import { defaultConsensusPolicy } from '../src/consensus/policy.ts';
import { type AnalystName, priorWeights } from '../src/domain/signal.ts';
import { evidenceOf, marketOf, situation } from '../src/evidence/situation.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Model } from '../src/ports/model.ts';
import { type EvalCase, type Grade, type Group, groups, type Outcome } from './case.ts';
import { calibratedCases } from './cases/calibrated.ts';
import { rightCases } from './cases/right.ts';
import { safeCases } from './cases/safe.ts';
import { silentCases } from './cases/silent.ts';
import { sturdyCases } from './cases/sturdy.ts';

export const cases: readonly EvalCase[] = [
  ...rightCases,
  ...silentCases,
  ...calibratedCases,
  ...safeCases,
  ...sturdyCases,
];

export interface CaseReport {
  id: string;
  group: Group;
  about: string;
  worlds: number;
  grades: Grade[];
  passed: boolean;
}

export interface EvalReport {
  /** Whether every case passed. */
  passed: boolean;
  failed: number;
  cases: CaseReport[];
  /** The report as a table for a terminal. */
  text: string;
}

/** The tool that each analyst calls, answered from the same pure evidence. */
const analystOf: Record<string, AnalystName> = {
  get_strategy_evidence: 'strategist',
  get_chart_evidence: 'chart-analyst',
  get_risk_evidence: 'risk-analyst',
  get_trend_evidence: 'trend-analyst',
  get_news_evidence: 'news-analyst',
  get_economic_evidence: 'economist',
};

/** Nothing waits here: models are scripted, tools answer at once, deadlines never come. */
const stillClock: Clock = {
  now: () => 0,
  sleep: (_duration, signal) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true })),
};

const prompts = loadPrompts();

/** One world through the whole panel, tools' answers through JSON as they would come from a server. */
export async function runWorld(each: EvalCase, seed: number, model: Model): Promise<Outcome> {
  const facts = each.facts(seed);
  const now = situation(facts);
  const deliberate = createDeliberate({
    tools: { call: async <T>(tool: string) => JSON.parse(JSON.stringify(evidenceOf[analystOf[tool]!](now))) as T },
    model,
    prompts,
    judges,
    weights: async () => priorWeights,
    consensus: defaultConsensusPolicy,
    clock: stillClock,
  });
  const { asOf, interval, instrument } = facts;
  const panel = await deliberate({
    symbol: instrument.symbol,
    interval,
    asOf,
    held: 'flat',
    market: marketOf([now], 'USD'),
    simulated: true,
    decisionId: `${each.id}-${seed}`,
  });
  return { seed, facts, panel, ...(each.move ? { move: each.move(seed) } : {}) };
}

/** Runs every case. A `model` stands in for the cases that script none, to measure a real one. */
export async function runEvals(options: { model?: Model; only?: string } = {}): Promise<EvalReport> {
  const chosen = cases.filter(({ id, group }) => !options.only || id === options.only || group === options.only);
  const reports: CaseReport[] = [];
  for (const each of chosen) {
    const model = each.model?.() ?? options.model ?? noModel;
    const outcomes: Outcome[] = [];
    for (const seed of each.seeds) outcomes.push(await runWorld(each, seed, model));
    const grades = each.graders.map((grade) => grade(outcomes));
    const { id, group, about } = each;
    reports.push({ id, group, about, worlds: outcomes.length, grades, passed: grades.every(({ passed }) => passed) });
  }
  const failed = reports.filter((report) => !report.passed).length;
  return { passed: reports.length > 0 && failed === 0, failed, cases: reports, text: table(reports) };
}

/** The report as a terminal shows it. */
export const evalTable = ({ text }: Pick<EvalReport, 'text'>) => text;

function table(reports: readonly CaseReport[]): string {
  const lines = groups.flatMap((group) =>
    reports
      .filter((report) => report.group === group)
      .flatMap((report) =>
        report.grades.map((grade, i) =>
          [
            grade.passed ? 'ok  ' : 'FAIL',
            (i === 0 ? `${report.group}/${report.id}` : '').padEnd(36),
            grade.grader.padEnd(32),
            grade.score.toFixed(3).padStart(7),
            `(${grade.threshold})`.padEnd(8),
            `n=${report.worlds}`.padEnd(6),
            grade.passed ? '' : grade.detail,
          ].join(' '),
        ),
      ),
  );
  return [
    ...lines.map((line) => line.trimEnd()),
    '',
    `${reports.filter(({ passed }) => passed).length} cases passed, ${reports.filter(({ passed }) => !passed).length} failed`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = await runEvals(process.argv[2] ? { only: process.argv[2] } : {});
  console.log(report.text);
  process.exitCode = report.passed ? 0 : 1;
}
