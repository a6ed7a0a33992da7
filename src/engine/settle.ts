import { AppError } from '../domain/errors.ts';
import type { JournalEntry } from '../domain/record.ts';
import type { Forecast, SettledForecast } from '../domain/signal.ts';
import { DAY, type Timestamp } from '../domain/time.ts';
import type { Desk } from './desk.ts';
import { scoreForecast } from './forecasts.ts';

export interface SettleRequest {
  /** Price of a symbol known at a time, or undefined while there is none. */
  priceAt: (symbol: string, time: Timestamp, forecast: Forecast) => number | undefined | Promise<number | undefined>;
  limit?: number;
}

/** A forecast that found no price for so long is left unscored: its market is gone. */
const PATIENCE = 60 * DAY;

/** Scores every forecast whose horizon is over and whose price is known. Each is scored once, whoever else settles. */
export async function settle(
  desk: Pick<Desk, 'book' | 'accountId' | 'clock' | 'forecasts'>,
  { priceAt, limit = 20_000 }: SettleRequest,
): Promise<{ settled: number; waiting: number }> {
  const now = desk.clock.now();
  const due = await desk.forecasts.due(now, limit, now - PATIENCE);
  const scored: SettledForecast[] = [];
  for (const forecast of due) {
    const price = await priceIfAny(forecast, priceAt);
    if (price !== undefined && price > 0) scored.push(scoreForecast(forecast, price, now));
  }
  if (scored.length === 0) return { settled: 0, waiting: due.length };
  const { records } = await desk.book.append(desk.accountId, (_account, ledger) =>
    scored
      .filter((each) => ledger.openForecast(each.id))
      .map((each): JournalEntry => ({ kind: 'forecast-settled', payload: each })),
  );
  return { settled: records.length, waiting: due.length - scored.length };
}

/** One symbol whose market cannot be read must not keep the others from their score: it waits. */
async function priceIfAny(forecast: Forecast, priceAt: SettleRequest['priceAt']): Promise<number | undefined> {
  try {
    return await priceAt(forecast.symbol, forecast.settlesAt, forecast);
  } catch (failure) {
    if (failure instanceof AppError) return undefined;
    throw failure;
  }
}
