import { formatAmount, type Money, ONE, type Quantity, scale } from '../domain/decimal.ts';
import { DAY, type Duration, HOUR, MINUTE, SECOND } from '../domain/time.ts';
import type { Finding, RiskQuestion } from './rule.ts';

/** A limit written as an amount, or as a fraction of something the account has. */
export const limitOf = (amount: string | null, base: Money, fraction: number, parse: (text: string) => Money): Money =>
  amount === null ? scale(base, fraction) : parse(amount);

/** An amount that must not exceed its limit; equal passes. */
export const amountAtMost = (actual: Money, limit: Money, unit: string, what: string): Finding => {
  const passed = actual <= limit;
  const [is, may] = [formatAmount(actual), formatAmount(limit)];
  return {
    passed,
    actual: is,
    limit: may,
    margin: formatAmount(limit - actual),
    unit,
    message: passed ? `${what} ${is} ${unit}, within ${may}.` : `${what} ${is} ${unit}, more than the ${may} allowed.`,
  };
};

/** An observed number that must not exceed its limit; equal passes. */
export const numberAtMost = (actual: number, limit: number, unit: string, what: string): Finding => {
  const passed = actual <= limit;
  const [is, may] = [measured(actual, unit), measured(limit, unit)];
  const relation = passed ? `within ${may}` : `more than the ${may} allowed`;
  return { passed, actual, limit, margin: limit - actual, unit, message: `${what} ${is}, ${relation}.` };
};

/** An observed number that must reach its limit; equal passes. */
export const numberAtLeast = (actual: number, limit: number, unit: string, what: string): Finding => {
  const passed = actual >= limit;
  const [is, must] = [measured(actual, unit), measured(limit, unit)];
  const relation = passed ? `at least ${must}` : `less than the ${must} needed`;
  return { passed, actual, limit, margin: actual - limit, unit, message: `${what} ${is}, ${relation}.` };
};

export const plain = (value: number) => String(Number(value.toPrecision(6)));

/** With its unit where the sentence around it does not say one. */
function measured(value: number, unit: string): string {
  if (unit === 'fraction') return `${plain(value * 100)} %`;
  return unit === 'times' ? `${plain(value)} times` : plain(value);
}

const spans: readonly [Duration, string][] = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
];

/** A duration as a person says it, in its largest unit of which there are two: "13 hours", "90 seconds", "15 minutes". */
export function inWords(duration: Duration): string {
  const [length, name] = spans.find(([each]) => duration >= 2 * each) ?? [SECOND, 'second'];
  const count = Math.floor(duration / length);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** A yes or no. */
export const fact = (
  passed: boolean,
  actual: Finding['actual'],
  limit: Finding['limit'],
  message: string,
): Finding => ({
  passed,
  actual,
  limit,
  margin: null,
  unit: '',
  message,
});

/** Passes because the rule has nothing to say about this order. */
export const notApplicable = (message: string): Finding => fact(true, null, null, message);

/** How much of the instrument a budget in the account's currency buys at the reference price. */
export const quantityWorth = ({ order }: RiskQuestion, budget: Money): Quantity =>
  ((budget * ONE * ONE) / (order.referencePrice * order.rate)) as Quantity;

/** How much of it a budget may lose at the order's stop. */
export function quantityRisking(question: RiskQuestion, budget: Money): Quantity {
  const { order } = question;
  const distance = stopDistance(order);
  return distance <= 0n ? order.quantity : (((budget * ONE * ONE) / (distance * order.rate)) as Quantity);
}

/** From reference price to stop; to zero where there is no stop on the losing side. */
export const stopDistance = ({ side, referencePrice, stopLoss }: RiskQuestion['order']): bigint => {
  if (stopLoss === undefined) return referencePrice;
  const distance = side === 'buy' ? referencePrice - stopLoss : stopLoss - referencePrice;
  return distance > 0n ? distance : referencePrice;
};

export const size = (amount: Money): Money => (amount < 0n ? -amount : amount) as Money;
