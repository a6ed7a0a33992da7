import { judges } from '../agents/judges/index.ts';
import { sessionCalendar } from '../src/adapters/calendar/sessions.ts';
import { runBacktest } from '../src/backtest/run.ts';
import { requireInstrument } from '../src/domain/instruments.ts';
import { policyOf } from '../src/engine/policy.ts';
import { smaStream } from '../src/indicators/sma.ts';
import { syntheticBars } from '../src/testing/synthetic-bars.ts';
import { compare, fastest, median, report } from './measure.ts';

/**
 * The event loop against a bare loop over the same columns in one run. The bare loop reads open, high, low and close and
 * follows the same averages, so that both do the strategy's work; the backtest adds orders, stops, costs, risk, the
 * account and the report. Its trades are checked before anything is timed.
 */
const BARS = 100_000;
const PANEL_BARS = 200;
const instrument = requireInstrument('EURUSD');
const series = syntheticBars({ bars: BARS, seed: 5, swing: 2_000, drift: 0.00005, volatility: 0.0008 });
const about = { instrument, series, source: 'made up', simulated: true, policy: policyOf(), lookAhead: false };
const parameters = { fast: 200, slow: 1_000 };
const backtest = () => runBacktest({ ...about, strategy: 'sma-cross', parameters });

function bareLoop(): number {
  const { open, high, low, close, length } = series;
  const fast = smaStream(parameters.fast);
  const slow = smaStream(parameters.slow);
  let sum = 0;
  let crosses = 0;
  let side = 0;
  for (let i = 0; i < length; i++) {
    sum += open[i]! + high[i]! + low[i]! + close[i]!;
    const difference = fast.next(close[i]!) - slow.next(close[i]!);
    const now = difference > 0 ? 1 : difference < 0 ? -1 : side;
    if (now !== side) crosses++;
    side = now;
  }
  return sum + crosses;
}

const [once, again] = [backtest(), backtest()];
if (once.hash !== again.hash) throw new Error('Two runs on the same bars differ.');
if (once.metrics.trades < 10 || once.costs.total <= 0) throw new Error('The backtest hardly traded.');

const loop = compare(() => backtest().finalEquity, bareLoop, 9);
report({
  bench: 'backtest',
  claim: `SMA cross over ${BARS.toLocaleString('en-US')} bars, ${once.metrics.trades} trades, all costs and risk rules`,
  value: BARS / (median(loop.ours) / 1000),
  unit: 'bars/s',
  target: 'at least 100,000',
  met: BARS / (median(loop.ours) / 1000) >= 100_000,
});
report({
  bench: 'backtest',
  claim: 'the same against a bare loop with the same averages',
  value: loop.ratio,
  unit: 'x of bare',
  note: `worst round ${loop.worst.toFixed(3)}`,
});

const from = series.openTime[2_000]!;
const panel = () =>
  runBacktest({
    ...about,
    strategy: 'consensus',
    from,
    to: series.closeTime[2_000 + PANEL_BARS - 1]!,
    judges,
    sessions: sessionCalendar,
  });
if (panel().bars !== PANEL_BARS) throw new Error('The panel did not see every bar.');
const consensus = compare(() => panel().finalEquity, bareLoop, 5, 1);
const perSecond = PANEL_BARS / (fastest(consensus.ours) / 1000);
report({
  bench: 'backtest',
  claim: 'full consensus: situation, six judges, sizing, risk at every bar',
  value: perSecond,
  unit: 'bars/s',
  target: 'at least 50: six months of hours in a minute',
  met: perSecond >= 50,
});
