import { correlationKey } from '../domain/market.ts';
import type { Evidence } from '../domain/record.ts';
import { factSheet } from './facts.ts';
import type { Situation } from './situation.ts';

/** What could go wrong: volatility, spread, the account's drawdown and bets, releases ahead, data quality. */
export function riskEvidence(situation: Situation): Evidence {
  const { series, snapshot, market, book, economy, quality, account, asOf } = situation;
  const { volatility } = snapshot;
  const { add, evidence } = factSheet('risk-analyst', 'risk', situation);
  // One thin bar is an accident, three are a thin market.
  const recent = series.volume.subarray(Math.max(0, series.length - 3));
  const volume = recent.reduce((sum, each) => sum + each, 0) / recent.length;
  add('close', series.close.at(-1), { unit: 'price' });
  add('atr', market.atr, { unit: 'price' });
  add('volatility', volatility?.perBar, { unit: 'fraction per bar' });
  add('daily_volatility', market.dailyVolatility, { unit: 'fraction' });
  add('volatility_ratio', volatility?.ratio, { unit: 'times the median' });
  add('volatility_percentile', volatility?.percentile);
  add('spread_to_atr', market.atr > 0 ? (market.ask - market.bid) / market.atr : null);
  add('volume_ratio', market.averageVolume > 0 ? volume / market.averageVolume : null);
  add('price_drawdown', snapshot.drawdown?.current, { unit: 'fraction' });
  const desk = { source: 'account', eventTime: asOf };
  add('drawdown', book.drawdown, { ...desk, unit: 'fraction of peak equity' });
  add('positions', book.positions, desk);
  add('held', book.held, desk);
  add('book_lean', book.lean, { ...desk, unit: 'fraction of equity' });
  add('trading_state', account.tradingState, desk);
  const closest = account.positions
    .filter(({ symbol }) => symbol !== situation.instrument.symbol)
    .map(({ symbol }) => ({
      symbol,
      value: situation.correlations[correlationKey(symbol, situation.instrument.symbol)],
    }))
    .filter((each): each is { symbol: string; value: number } => each.value !== undefined)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.symbol < b.symbol ? -1 : 1))[0];
  add('closest.symbol', closest?.symbol, desk);
  add('closest.correlation', closest?.value, desk);
  add('quality', quality.score, { eventTime: asOf });
  add('session_open', market.sessionOpen, { source: 'calendar', eventTime: asOf });
  add('blackout', market.blackout !== null, { source: 'calendar', eventTime: asOf });
  const { next } = economy;
  const calendar = { source: next?.event.source ?? 'calendar', eventTime: next?.event.announcedTime ?? asOf };
  add('event.name', next ? `${next.event.currency} ${next.event.name}` : null, calendar);
  add('event.hours', next?.hours, { ...calendar, unit: 'hours' });
  return evidence();
}
