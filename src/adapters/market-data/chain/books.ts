import { AppError } from '../../../domain/errors.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import type { OrderBook } from '../../../domain/order-book.ts';
import type { MarketData, MarketDataProvider } from '../../../ports/market-data.ts';
import type { createVendorDesk } from './vendors.ts';

/** Order books: of the first vendor of the live chain that has one, or an error that says why there is none. */
export function createBooks({
  desk,
  chainOf,
  named,
}: {
  desk: Pick<ReturnType<typeof createVendorDesk>, 'ask' | 'offered'>;
  chainOf: (instrument: Instrument) => MarketDataProvider[];
  /** The instrument of a spelling, or an error that says what it could be. */
  named: (spelling: string) => Instrument;
}): MarketData['book'] {
  return async (spelling, depth, signal) => {
    const instrument = named(spelling);
    const vendors = chainOf(instrument).filter((vendor) => vendor.book !== undefined && desk.offered(vendor));
    if (vendors.length === 0) {
      throw new AppError('not_found', `No vendor that this desk may ask shows an order book of ${instrument.symbol}.`, {
        hint: 'Few vendors show one, mostly of coins; get_latest_quote has the best bid and ask. get_sources says which vendors are on.',
      });
    }
    const notices: string[] = [];
    const found = await desk.ask<OrderBook>({
      instrument,
      purpose: 'book',
      vendors,
      notices,
      call: (vendor, bounded) => vendor.book!(instrument, depth, bounded),
      // A crossed book, or one with an empty side, is no market.
      accept: ({ bids, asks }) => bids[0] !== undefined && asks[0] !== undefined && bids[0][0] < asks[0][0],
      ...(signal ? { signal } : {}),
    });
    if (found) return found.answer;
    const why = notices.length > 0 ? ` ${notices.join(' ')}` : '';
    throw new AppError('unavailable', `There is no order book of ${instrument.symbol} now.${why}`);
  };
}
