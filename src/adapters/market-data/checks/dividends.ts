import type { Bar } from '../../../domain/bar.ts';
import type { CorporateAction } from '../../../domain/corporate-action.ts';
import { DAY, type Interval, intervalMs, type Timestamp, toIso } from '../../../domain/time.ts';

/** A dividend, or an adjusted close, that does not fit the prices. The bars themselves are sound. */
export interface BadDividend {
  at: Timestamp;
  reason: string;
}

/** A company does not pay the same twice within this. */
const TWICE = 5 * DAY;
/** A dividend of this share of the price must be seen in the price. */
const LARGE = 0.2;
/** How far a step of the adjusted close may be from what the dividend asks for, as a share of it, and at least. */
const SLACK = 0.15;
const LEAST_SLACK = 0.0007;

/**
 * Dividends against prices and, where the source gives them, adjusted closes. The factor adjusted close / close is to
 * step by 1 / (1 - d / c) at a dividend d, with c the close before it, and nowhere else; a week's may step a row later.
 * `bars` are oldest first, as traded.
 */
export function checkDividends(
  bars: readonly Bar[],
  actions: readonly CorporateAction[],
  interval: Interval,
  adjustedCloses?: ReadonlyMap<Timestamp, number>,
): BadDividend[] {
  const paid = paidAt(bars, actions);
  const found: BadDividend[] = [...twice(actions), ...unseen(bars, paid)];
  if (adjustedCloses) found.push(...wrongSteps(bars, paid, interval, adjustedCloses));
  const byTime = new Map<Timestamp, BadDividend>();
  for (const each of found) if (!byTime.has(each.at)) byTime.set(each.at, each);
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}

type Dividend = CorporateAction & { kind: 'dividend' };
const dividendsOf = (actions: readonly CorporateAction[]) =>
  actions
    .filter((each): each is Dividend => each.kind === 'dividend' && each.amount > 0)
    .sort((a, b) => a.effectiveTime - b.effectiveTime);

/** What is paid at each bar, by its index: the first that opens on the ex-date or after it, or holds it. */
function paidAt(bars: readonly Bar[], actions: readonly CorporateAction[]): Map<number, number> {
  const paid = new Map<number, number>();
  for (const { effectiveTime, amount } of dividendsOf(actions)) {
    const i = bars.findIndex((bar) => bar.closeTime > effectiveTime);
    if (i > 0) paid.set(i, (paid.get(i) ?? 0) + amount);
  }
  return paid;
}

function twice(actions: readonly CorporateAction[]): BadDividend[] {
  return dividendsOf(actions).flatMap((each, i, all) => {
    const before = all[i - 1];
    if (!before || before.amount !== each.amount || each.effectiveTime === before.effectiveTime) return [];
    if (each.effectiveTime - before.effectiveTime > TWICE) return [];
    return [
      {
        at: each.effectiveTime,
        reason: `The dividend of ${each.amount} stands at ${toIso(before.effectiveTime)} too.`,
      },
    ];
  });
}

function unseen(bars: readonly Bar[], paid: ReadonlyMap<number, number>): BadDividend[] {
  return [...paid].flatMap(([i, amount]) => {
    const before = bars[i - 1]!.close;
    // The whole bar and the one after it: a week's dividend may fall on its Friday.
    const least = Math.min(bars[i]!.low, bars[i + 1]?.low ?? Number.POSITIVE_INFINITY);
    if (amount / before < LARGE || before - least > amount / 2) return [];
    return [
      { at: bars[i]!.openTime, reason: `A dividend of ${amount} at a price of ${before}, and the price did not fall.` },
    ];
  });
}

function wrongSteps(
  bars: readonly Bar[],
  paid: ReadonlyMap<number, number>,
  interval: Interval,
  adjustedCloses: ReadonlyMap<Timestamp, number>,
): BadDividend[] {
  const late = intervalMs[interval] > DAY;
  const factors = bars.map((bar) => (adjustedCloses.get(bar.openTime) ?? Number.NaN) / bar.close);
  const asked = (i: number) => {
    const amount = paid.get(i) ?? 0;
    return amount > 0 && amount < bars[i - 1]!.close ? -Math.log(1 - amount / bars[i - 1]!.close) : 0;
  };
  const found: BadDividend[] = [];
  let owed = 0;
  for (let i = 1; i < bars.length; i++) {
    const step = Math.log(factors[i]! / factors[i - 1]!);
    if (Number.isNaN(step)) continue;
    const due = asked(i);
    const meets = (size: number) => Math.abs(step - size) <= Math.max(LEAST_SLACK, size * SLACK);
    const settled = owed > 0 && meets(owed);
    if (owed > 0 && !settled) found.push(missing(bars[i - 1]!, paid.get(i - 1)!));
    owed = 0;
    if (settled || meets(due)) continue;
    if (late && due > 0 && meets(0)) owed = due;
    else if (due > 0) found.push(missing(bars[i]!, paid.get(i)!));
    else {
      found.push({
        at: bars[i]!.openTime,
        reason: `The adjusted close steps by a factor of ${Math.exp(step).toFixed(4)} here, and no dividend is known.`,
      });
    }
  }
  return found;
}

const missing = ({ openTime }: Bar, amount: number): BadDividend => ({
  at: openTime,
  reason: `The adjusted close does not take the dividend of ${amount} out.`,
});
