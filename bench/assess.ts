import { performance } from 'node:perf_hooks';
import { amountOf, type Price, price, type Quantity, quantity } from '../src/domain/decimal.ts';
import type { Order, OrderIntent } from '../src/domain/order.ts';
import { applyFill } from '../src/portfolio/account.ts';
import { assess } from '../src/risk/assess.ts';
import { riskPolicy } from '../src/risk/profiles.ts';
import { rules } from '../src/risk/rules/index.ts';
import { aFill, aMarket, anAccount, anIntent, anOpenOrder, aQuoted } from '../src/testing/builders.ts';
import { compare, fastest, report } from './measure.ts';

/**
 * One risk check: all rules with their numbers and sentences, over an account with three holdings and one open order.
 * The reference is a bare loop that compares as many amounts with as many limits and keeps no reason: what any check
 * must do at least.
 */
const CHECKS = 2_000;

const market = aMarket([aQuoted('EURUSD'), aQuoted('GBPUSD'), aQuoted('AAPL'), aQuoted('XAUUSD')]);
const bare = [
  aFill({ symbol: 'GBPUSD', side: 'sell', quantity: '2000', price: '1.3' }),
  aFill({ symbol: 'AAPL', quantity: '10', price: '200' }),
  aFill({ symbol: 'XAUUSD', quantity: '1', price: '2400' }),
].reduce(applyFill, anAccount({ openOrders: [anOpenOrder({ symbol: 'AAPL', quantity: '2' }) as Order] }));
const stops: Record<string, string> = { GBPUSD: '1.31', AAPL: '195', XAUUSD: '2350' };
const account = {
  ...bare,
  positions: bare.positions.map((each) => ({ ...each, stopLoss: price(stops[each.symbol]!) })),
};
const policy = riskPolicy('balanced');
const intents: OrderIntent[] = Array.from({ length: 64 }, (_, i) => ({
  ...anIntent({ quantity: String(1_000 * (1 + (i % 8))) }),
  referencePrice: amountOf<Price>(1.1 + i * 0.0001),
}));

function assessAll() {
  let approved = 0;
  for (let i = 0; i < CHECKS; i++) {
    const verdict = assess([intents[i % intents.length]!], account, market, policy)[0]!;
    if (verdict.outcome !== 'rejected') approved++;
  }
  return approved;
}

const limits = rules.map((_, i) => quantity(String(10_000 + i)));
function compareOnly() {
  let approved = 0;
  for (let i = 0; i < CHECKS; i++) {
    const intent = intents[i % intents.length]!;
    let passed = true;
    for (const limit of limits) {
      const worth = ((intent.referencePrice * intent.quantity) / 1_000_000_000n) as Quantity;
      passed = worth <= limit && passed;
    }
    if (passed) approved++;
  }
  return approved;
}

// What is measured must be what is meant: orders that pass and orders that do not.
const verdicts = assess(intents.slice(0, 1), account, market, policy);
if (verdicts[0]!.outcome === 'rejected' || verdicts[0]!.checks.length !== rules.length) {
  throw new Error(`The order of the benchmark was ${verdicts[0]!.outcome}.`);
}

const start = performance.now();
const { ours, ratio } = compare(assessAll, compareOnly);
const nanoseconds = (fastest(ours) / CHECKS) * 1e6;
report({
  bench: 'assess',
  claim: `one order against ${rules.length} rules, every check in words`,
  value: nanoseconds / 1_000,
  unit: 'us',
  target: 'at most 50 us',
  met: nanoseconds <= 50_000,
});
report({
  bench: 'assess',
  claim: 'against a bare loop of as many comparisons',
  value: 1 / ratio,
  unit: 'times its time',
  note: `measured in ${Math.round(performance.now() - start)} ms`,
});
