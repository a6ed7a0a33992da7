import { least, type Money, scale } from '../../domain/decimal.ts';
import { currencyLegs } from '../../portfolio/exposure.ts';
import { amountAtMost, notApplicable, quantityWorth, size } from '../measures.ts';
import type { RiskQuestion, RiskRule } from '../rule.ts';

const limit = ({ equity, limits }: RiskQuestion) => scale(equity, limits.maxCurrencyExposure);

/** Each currency that the order bets on: net before, and which way the order moves it. */
const legs = ({ quoted, exposure, sign }: RiskQuestion) =>
  currencyLegs(quoted.instrument).map((leg) => ({
    currency: leg.currency,
    before: exposure.byCurrency[leg.currency] ?? (0n as Money),
    sign: leg.sign * sign,
  }));

/** The net bet on any one currency: long EURUSD and short USDCHF are one bet against the dollar. */
export const currencyExposure: RiskRule = {
  code: 'currency_exposure',
  reducing: 'exempt',
  judge: (question) => {
    const bets = legs(question).map(({ currency, before, sign }) => ({
      currency,
      becomes: size((before + sign * question.orderNotional) as Money),
    }));
    const [first, ...rest] = bets;
    if (!first) return notApplicable(`${question.order.symbol} is no bet on a currency.`);
    const largest = rest.reduce((a, b) => (b.becomes > a.becomes ? b : a), first);
    const what = `The net bet on ${largest.currency} would be`;
    return amountAtMost(largest.becomes, limit(question), question.market.currency, what);
  },
  room: (question) => {
    const rooms = legs(question).map(({ before, sign }) => (limit(question) - sign * before) as Money);
    const [first, ...rest] = rooms;
    return first === undefined ? question.order.quantity : quantityWorth(question, least(first, ...rest));
  },
};
