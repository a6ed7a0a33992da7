import { sliceSeries } from '../domain/bar.ts';
import { toIso } from '../domain/time.ts';
import type { LookAheadCheck } from './report.ts';
import type { BacktestRequest, Progress } from './request.ts';
import { type Outcome, simulate } from './simulate.ts';

type Past = Pick<Outcome, 'first' | 'last' | 'curve' | 'past'>;
type Run = (request: BacktestRequest) => Generator<Progress, Past, void>;

/** Where the panel is cut: early, because each of its bars costs milliseconds. Rules are cut along the whole way. */
const PANEL_CUTS = [24, 150];
const RULE_SHARES = [0.25, 0.5, 0.75];

/**
 * Repeats a run on histories that end early. Every decision, its size and its stop, and the equity at every close must
 * come out the same as in the whole run: what knows the future cannot manage that.
 */
export function* lookAheadSteps(
  request: BacktestRequest,
  whole: Past,
  run: Run = simulate,
): Generator<Progress, LookAheadCheck, void> {
  const { series, strategy } = request;
  const { first, last } = whole;
  const count = last - first + 1;
  const offsets = strategy === 'consensus' ? PANEL_CUTS : RULE_SHARES.map((share) => Math.floor(count * share));
  const ends = [...new Set(offsets)].map((offset) => first + offset).filter((row) => row > first + 1 && row < last);
  const cuts: LookAheadCheck['cuts'] = [];
  for (const end of ends) {
    const short = sliceSeries(series, 0, end + 1);
    const again = yield* run({
      ...request,
      series: short,
      lookAhead: false,
      observe: undefined,
      onProgress: undefined,
    });
    cuts.push({ at: toIso(series.closeTime[end]!), bars: end - first + 1, equal: samePast(again, whole, end) });
  }
  return { outcome: cuts.every((cut) => cut.equal) ? 'passed' : 'failed', cuts };
}

function samePast(again: Past, whole: Past, end: number): boolean {
  const before = whole.past.filter(({ row }) => row <= end);
  return (
    again.last === end &&
    again.past.length === before.length &&
    again.past.every(({ row, text }, i) => row === before[i]!.row && text === before[i]!.text) &&
    again.curve.every((equity, i) => equity === whole.curve[i])
  );
}
