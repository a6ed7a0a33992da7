import type { Account } from '../domain/account.ts';
import {
  convert,
  formatAmount,
  least,
  type Money,
  notional,
  type Price,
  type Quantity,
  roundToStep,
} from '../domain/decimal.ts';
import type { InstrumentMarket, Market } from '../domain/market.ts';
import {
  type ApprovedOrder,
  type Check,
  type Order,
  type OrderIntent,
  type RiskCode,
  sideSign,
  type Verdict,
} from '../domain/order.ts';
import { exposure, heat, marginUsed } from '../portfolio/exposure.ts';
import { marksOf, type Valued, valueAccount } from '../portfolio/marks.ts';
import { givesWay } from '../portfolio/orders.ts';
import { fact, stopDistance } from './measures.ts';
import type { RiskPolicy } from './policy.ts';
import { asIfFilled, withWorkingOrders } from './projection.ts';
import type { Finding, RiskQuestion } from './rule.ts';
import { rules } from './rules/index.ts';

/** Where the account stands while a list of intents is judged. */
interface Standing {
  /** What is owned now: only fills make or lose money, so no working order counts here. */
  valued: Valued;
  /** Worst case for taking on risk. */
  projected: Account;
  /** What is certainly held: only this can be reduced. */
  certain: Account;
  /** What the broker may hold, legs of brackets left out. */
  open: readonly Order[];
  /** Approved before in this turn; `certain` has them filled already. */
  approved: OrderIntent[];
  unpriced: string[];
}

/**
 * The only mint of an approved order. Judges intents in turn, each as if those approved before it had filled, so that
 * together they break no limit either. Pure and synchronous. A wish that sizing made is cut down to what fits; what a
 * person asked for is approved as it is or rejected with what would pass.
 */
export function assess(
  intents: readonly OrderIntent[],
  account: Account,
  market: Market,
  policy: Pick<RiskPolicy, 'limits'>,
): Verdict[] {
  const worst = withWorkingOrders(account, market);
  const standing: Standing = {
    valued: valueAccount(account, marksOf(market)),
    projected: worst.account,
    certain: account,
    open: account.openOrders.filter((order) => order.role === 'entry'),
    approved: [],
    unpriced: worst.unpriced,
  };
  return intents.map((intent, index) => {
    const verdict = judge(intent, standing, market, policy);
    if (verdict.outcome !== 'rejected') {
      standing.projected = asIfFilled(standing.projected, verdict.order, index);
      standing.certain = asIfFilled(standing.certain, verdict.order, index);
      standing.approved.push(verdict.order);
      const submitted = [...standing.projected.recentSubmissions, market.asOf];
      standing.projected = { ...standing.projected, recentSubmissions: submitted };
    }
    return verdict;
  });
}

function judge(intent: OrderIntent, standing: Standing, market: Market, policy: Pick<RiskPolicy, 'limits'>): Verdict {
  const quoted = market.instruments[intent.symbol];
  if (!quoted || intent.referencePrice <= 0n || intent.rate <= 0n) {
    const message = `${intent.symbol} has no price, so no order can be judged.`;
    const check: Check = { code: 'instrument_tradable', ...fact(false, intent.symbol, null, message) };
    return { outcome: 'rejected', intent, checks: [check], passesIf: 'a price arrives' };
  }
  const open = standing.open.filter((order) => !givesWay(order, intent));
  const scene = sceneOf({ ...standing, open }, market, policy);
  const asked = examine(intent, { ...standing, open }, scene, quoted);
  const room = asked.reducing ? intent.quantity : largestQuantity(asked);
  const sized = intent.sizing.chosen !== 'requested';
  const { lot, minQuantity } = quoted.instrument;
  const fits = room >= minQuantity && room < intent.quantity && sized;
  const order = fits ? { ...intent, quantity: roundToStep(room, lot, 'down') } : intent;
  const question = order === intent ? asked : examine(order, { ...standing, open }, scene, quoted);

  const remedies: (string | undefined)[] = [];
  const checks = rules.map((rule): Check => {
    const exempt = question.reducing && rule.reducing === 'exempt';
    const { passesIf, ...finding }: Finding = exempt ? onlyReduces : rule.judge(question);
    if (!finding.passed && !rule.room) remedies.push(passesIf);
    return { code: rule.code, ...finding };
  });
  if (checks.every((check) => check.passed)) {
    const outcome = order === intent ? 'approved' : 'resized';
    // What was let pass because it only reduces may do nothing else later, when it rests longer than the position.
    const minted = question.reducing ? { ...order, reduceOnly: true } : order;
    return { outcome, intent, order: minted as ApprovedOrder, checks };
  }
  // Without a stop the risk is all of the order: giving one is the remedy, not a smaller quantity.
  const stopMissing = checks.some((check) => check.code === 'stop_required' && !check.passed);
  const tooLarge = checks.some(
    ({ code, passed }, index) => !passed && rules[index]!.room && !(stopMissing && followsStop.has(code)),
  );
  if (tooLarge) remedies.push(quantityRemedy(room, quoted));
  const passesIf = remedies.some((remedy) => remedy === undefined) ? null : remedies.join('; ');
  return { outcome: 'rejected', intent, checks, passesIf };
}

const followsStop: ReadonlySet<RiskCode> = new Set(['risk_per_order', 'heat']);

const onlyReduces: Finding = fact(true, null, null, 'The order only reduces, so this rule lets it pass.');

const quantityRemedy = (room: Quantity, { instrument }: InstrumentMarket) =>
  room >= instrument.minQuantity
    ? `quantity is at most ${formatAmount(roundToStep(room, instrument.lot, 'down'))}`
    : undefined;

/** What every rule about size leaves room for; negative when a limit is broken already. */
function largestQuantity(question: RiskQuestion): Quantity {
  const rooms = rules.flatMap((rule) => (rule.room ? [rule.room(question)] : []));
  return least(question.order.quantity, ...rooms);
}

/** What is the same for every size of one order. */
type Scene = Pick<
  RiskQuestion,
  'account' | 'market' | 'limits' | 'equity' | 'exposure' | 'heat' | 'marginUsed' | 'working' | 'unpriced'
>;

function sceneOf(standing: Standing, market: Market, policy: Pick<RiskPolicy, 'limits'>): Scene {
  const { valued, projected, open, approved, unpriced } = standing;
  return {
    account: projected,
    market,
    limits: policy.limits,
    equity: valued.equity,
    exposure: exposure(projected, market),
    heat: heat(projected, market),
    marginUsed: marginUsed(projected, market),
    working: [...open, ...approved],
    unpriced: [...new Set([...valued.unmarked, ...unpriced])],
  };
}

function examine(order: OrderIntent, standing: Standing, scene: Scene, quoted: InstrumentMarket): RiskQuestion {
  const reducible = stillReducible(order, standing.certain, standing.open);
  return {
    ...scene,
    order,
    quoted,
    sign: sideSign[order.side],
    held: scene.account.positions.find((position) => position.symbol === order.symbol),
    heldNotional: scene.exposure.bySymbol[order.symbol] ?? (0n as Money),
    orderNotional: convert(notional(order.referencePrice, order.quantity), order.rate),
    orderRisk: convert(notional(stopDistance(order) as Price, order.quantity), order.rate),
    reducible,
    reducing: order.quantity > 0n && order.quantity <= reducible,
  };
}

/** Held on the other side, less what open orders on this side take off it already. */
function stillReducible(order: OrderIntent, certain: Account, open: readonly Order[]): Quantity {
  const held = certain.positions.find((position) => position.symbol === order.symbol);
  if (!held || (held.side === 'long') === (order.side === 'buy')) return 0n as Quantity;
  const alike = open.filter((each) => each.symbol === order.symbol && each.side === order.side);
  const left = alike.reduce((rest: bigint, each) => rest - each.quantity + each.filledQuantity, held.quantity);
  return (left > 0n ? left : 0n) as Quantity;
}
