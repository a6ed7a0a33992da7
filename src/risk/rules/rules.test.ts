import { describe, expect, it } from 'vitest';
import type { Account } from '../../domain/account.ts';
import { type Money, money, price, quantity, type Rate } from '../../domain/decimal.ts';
import type { InstrumentMarket, Market } from '../../domain/market.ts';
import { type Check, type OrderIntent, type RiskCode, riskCodes } from '../../domain/order.ts';
import { DAY, HOUR, MINUTE } from '../../domain/time.ts';
import { applyFill } from '../../portfolio/account.ts';
import { aFill, aMarket, anAccount, anIntent, anOpenOrder, aQuoted, noon } from '../../testing/builders.ts';
import { assess } from '../assess.ts';
import type { RiskLimits } from '../policy.ts';
import { riskPolicy } from '../profiles.ts';
import { rules } from './index.ts';

interface Case {
  intent?: Parameters<typeof anIntent>[0];
  account?: Account;
  quoted?: Partial<InstrumentMarket> & { mid?: number };
  others?: InstrumentMarket[];
  market?: Partial<Market>;
  limits?: Partial<RiskLimits>;
}

/** The check of one rule for one order; a person asked for the order, so that nothing is resized. */
function checkOf(
  code: RiskCode,
  { intent = {}, account = anAccount(), quoted = {}, others = [], market = {}, limits = {} }: Case,
): Check {
  const order: OrderIntent = { ...anIntent(intent), sizing: { chosen: 'requested', candidates: [] } };
  const everything = aMarket([aQuoted(order.symbol, quoted), ...others], market);
  const [verdict] = assess([order], account, everything, { limits: { ...riskPolicy('balanced').limits, ...limits } });
  return verdict!.checks.find((check) => check.code === code)!;
}
const passes = (code: RiskCode, each: Case) => expect(checkOf(code, each), code).toMatchObject({ passed: true });
const fails = (code: RiskCode, each: Case, message = '') =>
  expect(checkOf(code, each), code).toMatchObject({ passed: false, message: expect.stringContaining(message) });

const long = (size: string, symbol = 'EURUSD', at = '1.1') =>
  applyFill(anAccount(), aFill({ symbol, quantity: size, price: at }));
const losers = (count: number, closedAt: number) =>
  anAccount({
    recentTrades: Array.from({ length: count }, () => ({
      symbol: 'EURUSD',
      side: 'long' as const,
      quantity: quantity('1'),
      entryPrice: price('2'),
      exitPrice: price('1'),
      profit: money('-1'),
      openedAt: noon,
      closedAt,
    })),
  });
/** Marked exactly at 1.1, so that amounts come out round. */
const level = { bid: 1.1, ask: 1.1 };
const exit = { side: 'sell' as const, reduceOnly: true, stopLoss: undefined, takeProfit: undefined };

describe('the rules', () => {
  it('cover every reason code once', () => {
    expect(rules.map((rule) => rule.code).sort()).toEqual([...riskCodes].sort());
  });

  it('trading state: active takes all, reducing only what reduces, halted nothing', () => {
    passes('trading_state', {});
    fails('trading_state', { account: anAccount({ tradingState: 'reducing' }) });
    passes('trading_state', { account: { ...long('1000'), tradingState: 'reducing' }, intent: exit });
    fails('trading_state', { account: { ...long('1000'), tradingState: 'halted' }, intent: exit });
  });

  it('daily loss: 4,999.999999999 of 5,000 may still trade, 5,000 may not', () => {
    const lost = (cash: string) => ({ account: anAccount({ cash: money(cash), dayStartEquity: money('100000') }) });
    passes('daily_loss', lost('95000.000000001'));
    fails('daily_loss', lost('95000'));
    passes('daily_loss', { ...lost('95000'), limits: { maxDailyLoss: '5000.01' } });
    expect(checkOf('daily_loss', lost('96000'))).toMatchObject({
      actual: '4000',
      limit: '5000',
      margin: '1000',
      unit: 'USD',
    });
  });

  it('drawdown: exactly 15 % is the most', () => {
    const fallen = (cash: string) => ({ account: anAccount({ cash: money(cash), peakEquity: money('100000') }) });
    passes('drawdown', fallen('85000'));
    fails('drawdown', fallen('84999'));
  });

  it('loss streak: five in a row pause for a day, four do not, and the pause ends', () => {
    passes('loss_streak', { account: losers(4, noon - HOUR) });
    fails('loss_streak', { account: losers(5, noon - HOUR) });
    fails('loss_streak', { account: losers(5, noon - DAY + 1) });
    passes('loss_streak', { account: losers(5, noon - DAY) });
  });

  it('min conviction: 0.15 either way; a person needs none', () => {
    passes('min_conviction', { intent: { conviction: -0.15 } });
    fails('min_conviction', { intent: { conviction: 0.1499 } });
    passes('min_conviction', { intent: { conviction: 0, probability: null } });
  });

  it('stop required: present and on the losing side, by at least a tick', () => {
    fails('stop_required', { intent: { stopLoss: undefined } });
    passes('stop_required', { intent: { stopLoss: undefined }, limits: { requireStop: false } });
    passes('stop_required', { intent: { stopLoss: price('1.09999') } });
    fails('stop_required', { intent: { stopLoss: price('1.1') } });
    fails('stop_required', { intent: { side: 'sell', stopLoss: price('1.1') } });
  });

  it('reward to risk: one to one is the least; no target is no promise', () => {
    passes('reward_to_risk', { intent: { takeProfit: price('1.104') } });
    fails('reward_to_risk', { intent: { takeProfit: price('1.10399') } });
    passes('reward_to_risk', { intent: { takeProfit: undefined } });
  });

  it('risk per order: 1 % of equity at the stop, and all of the order without one', () => {
    passes('risk_per_order', { intent: { quantity: '250000' } });
    fails('risk_per_order', { intent: { quantity: '250001' } });
    fails('risk_per_order', { intent: { quantity: '1000', stopLoss: undefined } });
  });

  it('heat: the order adds to what the stops can lose already', () => {
    const holder = {
      ...long('1000'),
      positions: long('1000').positions.map((each) => ({ ...each, stopLoss: price('1') })),
    };
    const heat = (maxHeat: number) => ({
      account: holder,
      quoted: level,
      intent: { quantity: '1000' },
      limits: { maxHeat },
    });
    // 100 at the holding's stop and 4 at the order's, of 100,000.
    passes('heat', heat(0.00104));
    fails('heat', heat(0.00103));
  });

  it('order notional: 10 % of equity, or an amount where one is set', () => {
    passes('order_notional', { intent: { referencePrice: price('1'), quantity: '10000' } });
    fails('order_notional', { intent: { referencePrice: price('1'), quantity: '10001' } });
    passes('order_notional', { intent: { quantity: '10001' }, limits: { maxOrderNotional: '11001.1' } });
    fails('order_notional', { intent: { quantity: '10001' }, limits: { maxOrderNotional: '11001.099999999' } });
  });

  it('position notional: what is held counts, and selling from it does not', () => {
    const case1 = { account: long('5000'), quoted: level, limits: { maxPositionNotional: '6600' } };
    passes('position_notional', { ...case1, intent: { quantity: '1000' } });
    fails('position_notional', { ...case1, intent: { quantity: '1001' } });
    passes('position_notional', { ...case1, intent: { quantity: '6000', side: 'sell' } });
  });

  it('gross exposure: both sides of everything together', () => {
    const others = [aQuoted('GBPUSD', { bid: 1.3, ask: 1.3 })];
    const short = applyFill(anAccount(), aFill({ symbol: 'GBPUSD', side: 'sell', quantity: '1000', price: '1.3' }));
    const held = (maxGrossExposure: number) => ({
      account: short,
      others,
      quoted: level,
      limits: { maxGrossExposure },
    });
    passes('gross_exposure', held(0.024));
    fails('gross_exposure', held(0.0239));
  });

  it('currency exposure: long EURUSD and short USDCHF add up against the dollar, opposite bets cancel', () => {
    const others = [aQuoted('USDCHF', { bid: 1, ask: 1, rate: 1 })];
    const held = (side: 'buy' | 'sell', maxCurrencyExposure: number) => ({
      account: applyFill(anAccount(), aFill({ symbol: 'USDCHF', side, quantity: '900', price: '1' })),
      others,
      quoted: level,
      limits: { maxCurrencyExposure },
    });
    passes('currency_exposure', held('sell', 0.02));
    fails('currency_exposure', held('sell', 0.0199));
    // Against each other only the 1,100 EUR remain the largest bet.
    passes('currency_exposure', held('buy', 0.011));
    passes('currency_exposure', {
      intent: { symbol: 'AAPL', referencePrice: price('200') },
      limits: { maxCurrencyExposure: 0 },
    });
  });

  it('leverage: the margin of all holdings together, this one among them', () => {
    const rate = aQuoted().instrument.marginRate;
    const needed = 0.022 * rate;
    const held = (maxMarginUse: number) => ({ account: long('1000'), quoted: level, limits: { maxMarginUse } });
    passes('leverage', held(needed + 1e-9));
    fails('leverage', held(needed - 1e-6));
  });

  it('correlation cluster: holdings that win and lose together count as one', () => {
    const holder = applyFill(anAccount(), aFill({ symbol: 'GBPUSD', quantity: '1000', price: '1.3' }));
    const others = [aQuoted('GBPUSD', { bid: 1.3, ask: 1.3 })];
    const cluster = (correlation: number, maxClusterExposure: number, intent: Case['intent'] = {}) => ({
      account: holder,
      others,
      quoted: level,
      intent,
      market: { correlations: { 'EURUSD|GBPUSD': correlation } },
      limits: { maxClusterExposure },
    });
    passes('correlation_cluster', cluster(0.7, 0.024));
    fails('correlation_cluster', cluster(0.7, 0.0239));
    passes('correlation_cluster', cluster(0.69, 0.0239));
    passes('correlation_cluster', cluster(0.9, 0.0239, { side: 'sell' }));
    fails('correlation_cluster', cluster(-0.9, 0.0239, { side: 'sell' }));
  });

  it('max positions: one more symbol, not one more order in the same', () => {
    const holder = applyFill(anAccount(), aFill({ symbol: 'AAPL', quantity: '1', price: '200' }));
    const others = [aQuoted('AAPL')];
    passes('max_positions', { account: holder, others, limits: { maxPositions: 2 } });
    fails('max_positions', { account: holder, others, limits: { maxPositions: 1 } });
    passes('max_positions', { account: long('1000'), limits: { maxPositions: 1 } });
  });

  it('order rate: per minute, hour and day, counting this order', () => {
    const sent = (...ages: number[]) => anAccount({ recentSubmissions: ages.map((age) => noon - age) });
    passes('order_rate', { account: sent(1, 2), limits: { maxOrdersPerMinute: 3 } });
    fails('order_rate', { account: sent(1, 2, 3), limits: { maxOrdersPerMinute: 3 } });
    passes('order_rate', { account: sent(1, 2, MINUTE), limits: { maxOrdersPerMinute: 3 } });
    fails('order_rate', { account: sent(MINUTE, 2 * MINUTE), limits: { maxOrdersPerHour: 2 } });
    fails('order_rate', { account: sent(HOUR, 2 * HOUR), limits: { maxOrdersPerDay: 2 } });
  });

  it('duplicate order: one per instrument and side; legs of a bracket are none', () => {
    const open = (changes: Parameters<typeof anOpenOrder>[0]) => anAccount({ openOrders: [anOpenOrder(changes)] });
    fails('duplicate_order', { account: open({}) });
    passes('duplicate_order', { account: open({ side: 'sell' }) });
    passes('duplicate_order', { account: open({ symbol: 'GBPUSD' }), others: [aQuoted('GBPUSD')] });
    passes('duplicate_order', { account: open({ role: 'target' }) });
  });

  it('spread: five times the usual, and never crossed', () => {
    const { typicalSpread } = aQuoted().instrument;
    passes('spread', { quoted: { bid: 1.1, ask: 1.1 + 5 * typicalSpread } });
    fails('spread', { quoted: { bid: 1.1, ask: 1.1 + 5.01 * typicalSpread } });
    fails('spread', { quoted: { bid: 1.1001, ask: 1.1 } });
    fails('spread', { quoted: { bid: 0, ask: 1.1 } });
  });

  it('price collar: 5 % from the market for an entry, twice that for an exit', () => {
    passes('price_collar', { quoted: level, intent: { type: 'limit', limitPrice: price('1.0451') } });
    fails('price_collar', { quoted: level, intent: { type: 'limit', limitPrice: price('1.0449') } });
    fails('price_collar', { quoted: level, intent: { type: 'stop', stopPrice: price('11') } });
    passes('price_collar', {
      quoted: level,
      account: long('1000'),
      intent: { ...exit, type: 'limit', limitPrice: price('1.0449') },
    });
    fails('price_collar', {
      quoted: level,
      account: long('1000'),
      intent: { ...exit, type: 'limit', limitPrice: price('0.98') },
    });
  });

  it('stale quote: a quarter of an hour, and never a price that the clock has left behind', () => {
    passes('stale_quote', { quoted: { quoteTime: noon - 15 * MINUTE } });
    fails('stale_quote', { quoted: { quoteTime: noon - 15 * MINUTE - 1 } });
    fails('stale_quote', { quoted: { quoteTime: noon - 47_190_300 } }, 'The price is 13 hours old; at most 15 minutes');
    fails('stale_quote', { quoted: { quoteTime: noon - 15 * MINUTE - 1 } }, 'just over 15 minutes old');
    const quality = { ...aQuoted().quality, stale: true };
    fails('stale_quote', { quoted: { quality } });
    passes('stale_quote', { quoted: { quality }, account: long('1000'), intent: exit });
  });

  it('data quality: a score of 0.5, and a price for everything that is held', () => {
    const scored = (score: number) => ({ quoted: { quality: { ...aQuoted().quality, score } } });
    passes('data_quality', scored(0.5));
    fails('data_quality', scored(0.49));
    fails('data_quality', { account: long('5', 'AAPL', '200') });
    fails('data_quality', { account: anAccount({ openOrders: [anOpenOrder({ symbol: 'AAPL', status: 'unknown' })] }) });
  });

  it('session open: market orders wait for the opening, resting orders do it themselves', () => {
    const closed = { quoted: { sessionOpen: false, nextOpen: noon + HOUR } };
    fails('session_open', closed);
    passes('session_open', { ...closed, intent: { type: 'limit', limitPrice: price('1.1') } });
    fails('session_open', { ...closed, intent: { type: 'limit', limitPrice: price('1.1'), timeInForce: 'ioc' } });
  });

  it('event blackout: no entry near a major release, exits are free', () => {
    const blackout = { quoted: { blackout: { name: 'Non-farm payrolls', eventTime: noon } } };
    fails('event_blackout', blackout);
    passes('event_blackout', { ...blackout, account: long('1000'), intent: exit });
  });

  it('buying power: the margin must be free, and an unknown order has used its own already', () => {
    const poor = (changes: Partial<Account>) => ({
      intent: { symbol: 'AAPL', quantity: '5', referencePrice: price('200') },
      quoted: { bid: 200, ask: 200 },
      account: anAccount(changes),
    });
    const { marginRate } = aQuoted('AAPL').instrument;
    const enough = money(String(1_000 * marginRate));
    passes('buying_power', poor({ cash: enough }));
    fails('buying_power', poor({ cash: (enough - 1n) as Money }));
    const unknown = anOpenOrder({ symbol: 'AAPL', side: 'buy', quantity: '1', status: 'unknown' });
    fails('buying_power', poor({ cash: enough, openOrders: [unknown] }));
  });

  it('short allowed: by the instrument and by the profile; selling what is held is no short sale', () => {
    const sell = { side: 'sell' as const };
    passes('short_allowed', { intent: sell });
    fails('short_allowed', { intent: sell, limits: { allowShort: false } });
    fails('short_allowed', { intent: { ...sell, symbol: 'BTCUSDT', referencePrice: price('60000') } });
    passes('short_allowed', {
      intent: { ...sell, quantity: '1000' },
      account: long('1000'),
      limits: { allowShort: false },
    });
    fails('short_allowed', {
      intent: { ...sell, quantity: '1001' },
      account: long('1000'),
      limits: { allowShort: false },
    });
  });

  it('lot and tick: positive, whole lots, on the grid, and no more than there is to reduce', () => {
    const { lot, minQuantity } = aQuoted('AAPL').instrument;
    const apple = (size: bigint, changes = {}) => {
      const order = {
        ...anIntent({
          symbol: 'AAPL',
          referencePrice: price('200'),
          stopLoss: price('190'),
          takeProfit: price('220'),
          ...changes,
        }),
        quantity: size as never,
      };
      return assess(
        [{ ...order, sizing: { chosen: 'requested', candidates: [] } }],
        long('3', 'AAPL', '200'),
        aMarket([aQuoted('AAPL')]),
        riskPolicy(),
      )
        .at(0)!
        .checks.find((check) => check.code === 'lot_and_tick')!.passed;
    };
    expect(apple(minQuantity)).toBe(true);
    expect(apple(0n)).toBe(false);
    expect(apple(minQuantity - 1n)).toBe(false);
    expect(apple(minQuantity + lot - 1n)).toBe(false);
    expect(apple(minQuantity, { stopLoss: price('190.001') })).toBe(false);
    expect(apple(minQuantity, { stopLoss: price('-1') })).toBe(false);
    expect(apple(quantity('3'), exit)).toBe(true);
    expect(apple(quantity('4'), exit)).toBe(false);
    fails('lot_and_tick', { intent: exit });
  });

  it('instrument tradable: an index is only quoted, and the universe is what the desk follows', () => {
    fails('instrument_tradable', { intent: { symbol: 'SPX', referencePrice: price('100') } });
    passes('instrument_tradable', { limits: { universe: ['EURUSD'] } });
    fails('instrument_tradable', { limits: { universe: ['AAPL'] } });
  });

  it('live unlock: real money needs it, paper does not', () => {
    passes('live_unlock', {});
    fails('live_unlock', { account: anAccount({ mode: 'live' }) });
    passes('live_unlock', { account: anAccount({ mode: 'live' }), limits: { liveUnlocked: true } });
  });

  it('every failed check says what is, what may be and what would pass', () => {
    const verdict = assess(
      [anIntent({ stopLoss: undefined, rate: 1_000_000_000n as Rate })],
      anAccount(),
      aMarket(),
      riskPolicy(),
    )[0]!;
    const stop = verdict.checks.find((check) => check.code === 'stop_required')!;
    expect(stop.message).toBe('The order has no stop loss.');
    expect(verdict).toMatchObject({
      outcome: 'rejected',
      passesIf: expect.stringMatching(/stopLoss is below 1.1, such as 1.09/),
    });
  });
});
