import { amountOf, ONE, type Price, parseAmount, type Quantity, type Rate, roundToStep } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { InstrumentMarket } from '../domain/market.ts';
import type { OrderIntent, OrderType, Side, TimeInForce } from '../domain/order.ts';
import { isLegName } from '../portfolio/orders.ts';
import { referencePrice } from '../portfolio/sizing.ts';

/** What a person or a chat client asks for. Amounts are decimal text. */
export interface OrderRequest {
  symbol: string;
  side: Side;
  /** Units of the instrument; or `notional`, never both. */
  quantity?: string;
  /** Money to spend, in the quote currency. */
  notional?: string;
  type?: OrderType;
  limitPrice?: string;
  stopPrice?: string;
  stopLoss?: string;
  takeProfit?: string;
  timeInForce?: TimeInForce;
  reduceOnly?: boolean;
  /** The same id twice is one order. */
  clientOrderId?: string;
  decisionId?: string;
  origin: string;
  dryRun?: boolean;
}

/** The wish behind a request, at today's price. Throws `invalid_input` for what cannot be read; risk judges the rest. */
export function intentOf(request: OrderRequest, quoted: InstrumentMarket): OrderIntent {
  const { side, stopLoss, takeProfit, timeInForce = 'gtc', origin, reduceOnly = false } = request;
  if (request.clientOrderId !== undefined && isLegName(request.clientOrderId)) {
    throw new AppError('invalid_input', `${request.clientOrderId} is the name of a protective leg.`, {
      hint: 'Choose a clientOrderId that does not end in -stop or -target.',
    });
  }
  const type = typeOf(request);
  const limitPrice = optional<Price>(request.limitPrice);
  const stopPrice = optional<Price>(request.stopPrice);
  needs(type, 'limit', limitPrice, 'limitPrice');
  needs(type, 'stop', stopPrice, 'stopPrice');
  const reference = limitPrice ?? stopPrice ?? referencePrice(quoted, side);
  const quantity = quantityOf(request, reference, quoted);
  return {
    symbol: quoted.instrument.symbol,
    side,
    type,
    orderClass: stopLoss && takeProfit ? 'bracket' : stopLoss || takeProfit ? 'oto' : 'simple',
    timeInForce,
    quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(stopLoss === undefined ? {} : { stopLoss: parseAmount<Price>(stopLoss) }),
    ...(takeProfit === undefined ? {} : { takeProfit: parseAmount<Price>(takeProfit) }),
    referencePrice: reference,
    rate: amountOf<Rate>(quoted.rate),
    reduceOnly,
    conviction: 0,
    probability: null,
    sizing: { chosen: 'requested', candidates: [{ method: 'requested', quantity, note: 'as asked for' }] },
    origin,
  };
}

const optional = <A extends Price>(text: string | undefined): A | undefined =>
  text === undefined ? undefined : parseAmount<A>(text);

function typeOf({ type, limitPrice, stopPrice }: OrderRequest): OrderType {
  if (type !== undefined) return type;
  if (limitPrice !== undefined) return stopPrice === undefined ? 'limit' : 'stop_limit';
  return stopPrice === undefined ? 'market' : 'stop';
}

function needs(type: OrderType, part: 'limit' | 'stop', price: Price | undefined, field: string) {
  const uses = type === part || type === 'stop_limit';
  if (uses && price === undefined)
    throw new AppError('invalid_input', `A ${type.replace('_', '-')} order needs ${field}.`);
  if (!uses && price !== undefined) {
    throw new AppError('invalid_input', `A ${type.replace('_', '-')} order takes no ${field}.`);
  }
  if (type === 'trailing_stop') throw new AppError('invalid_input', 'Trailing stops are not offered yet.');
}

function quantityOf({ quantity, notional }: OrderRequest, at: Price, { instrument }: InstrumentMarket): Quantity {
  if ((quantity === undefined) === (notional === undefined)) {
    throw new AppError('invalid_input', 'Give either quantity or notional.');
  }
  if (quantity !== undefined) return parseAmount<Quantity>(quantity);
  const money = parseAmount<Quantity>(notional!);
  if (at <= 0n) throw new AppError('invalid_input', 'The price must be positive.');
  return roundToStep(((money * ONE) / at) as Quantity, instrument.lot, 'down');
}
