import type { StandIn } from './stand-in.ts';
import { alpaca } from './vendors/alpaca.ts';
import { alphavantage } from './vendors/alphavantage.ts';
import { binance } from './vendors/binance.ts';
import { finnhub } from './vendors/finnhub.ts';
import { frankfurter } from './vendors/frankfurter.ts';
import { fred } from './vendors/fred.ts';
import { oanda } from './vendors/oanda.ts';
import { polygon } from './vendors/polygon.ts';
import { twelvedata } from './vendors/twelvedata.ts';
import { yahoo } from './vendors/yahoo.ts';

/** One line each. */
export const standIns: readonly StandIn[] = [
  ...[alpaca, polygon, finnhub, alphavantage, twelvedata],
  ...[binance, oanda, yahoo, frankfurter, fred],
];
