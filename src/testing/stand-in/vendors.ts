import type { StandIn } from './stand-in.ts';
import { alpaca } from './vendors/alpaca.ts';
import { binance } from './vendors/binance.ts';
import { oanda } from './vendors/oanda.ts';

/** One line each. */
export const standIns: readonly StandIn[] = [alpaca, oanda, binance];
