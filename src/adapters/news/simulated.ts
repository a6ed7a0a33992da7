import type { AssetClass, CalendarName, Instrument } from '../../domain/instrument.ts';
import { instrumentOf, instruments } from '../../domain/instruments.ts';
import type { NewsItem } from '../../domain/news.ts';
import { HOUR, MINUTE, type Timestamp } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { NewsProvider } from '../../ports/news.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { simulatedReleases } from '../calendar/simulated-releases.ts';
import { hash, hashText, uniform } from '../market-data/simulated/path.ts';
import { type SimulatedMarket, simulatedMarket } from '../market-data/simulated/provider.ts';
import { recipeOf } from '../market-data/simulated/recipes.ts';
import { figureText, moveText, opinionText, releaseText } from './simulated-text.ts';

/** The simulated world begins here, and three days later so does its news. */
const BEGINNING = Date.UTC(2000, 0, 6);
/** A copy may follow this much later. */
const LATEST_COPY = 45 * MINUTE;
const REPORTED_AFTER = MINUTE;
const SUMMARY = 'A headline of the simulated market: nothing of this happened.';
const outlets = ['Harbour Wire', 'The Daily Ledger', 'Northgate Post'];

/** Share of the hours that bring a headline. */
const openChance = (calendar: CalendarName) =>
  calendar === 'fx' || calendar === 'cme-fx' || calendar === 'crypto' ? 0.2 : 0.4;
const shutChance = 0.04;

/** Usual move of a day, as a share of the price. */
const usualDay: Record<AssetClass, number> = {
  fx: 0.0045,
  metal: 0.009,
  crypto: 0.028,
  equity: 0.016,
  etf: 0.01,
  index: 0.009,
  future: 0.0045,
};

/**
 * News of the simulated market, by seed, symbol and hour: reports of moves that it made, figures that lean the way it
 * moved, opinions that mean nothing, copies by other outlets, and the simulated releases. A headline knows prices up to
 * its own minute and no later; always labelled, never evidence of anything real.
 */
export function simulatedNews(options: { clock: Clock; seed?: number; market?: SimulatedMarket }): NewsProvider {
  const { clock, seed = 1 } = options;
  const market = options.market ?? simulatedMarket({ clock, seed });

  return {
    name: 'simulated',
    simulated: true,
    async latest({ symbols, from, to, signal }) {
      const begin = Math.max(from, BEGINNING);
      const end = Math.min(to, clock.now());
      const found: NewsItem[] = releaseNews(seed, begin, end).filter((item) =>
        item.symbols.some((symbol) => symbols.includes(symbol)),
      );
      for (const symbol of new Set(symbols)) {
        const instrument = instrumentOf(symbol);
        // Where the simulated world has no prices it has no news either.
        if (!instrument || !recipeOf(instrument)) continue;
        for (let hour = Math.floor((begin - LATEST_COPY) / HOUR); hour * HOUR <= end; hour++) {
          signal?.throwIfAborted();
          found.push(...hourNews(market, seed, instrument, hour));
        }
      }
      return found
        .filter((item) => item.eventTime >= begin && item.eventTime <= end)
        .sort((a, b) => a.eventTime - b.eventTime || (a.id < b.id ? -1 : 1));
    },
  };
}

/** No, one or two headlines whose story broke in that hour (counted since the epoch). */
function hourNews(market: SimulatedMarket, seed: number, instrument: Instrument, hour: number): NewsItem[] {
  const { symbol, calendar } = instrument;
  const own = hashText(seed, `news:${symbol}`);
  const bits = (salt: number) => hash(own, hour, salt);
  const eventTime = hour * HOUR + (bits(1) % 60) * MINUTE;
  const open = sessionCalendar.isOpen(calendar, eventTime);
  if (uniform(bits(2)) >= (open ? openChance(calendar) : shutChance)) return [];
  const { headline, tier } = story(market, instrument, eventTime, open, bits);
  const item: NewsItem = {
    id: `simulated-${seed}-${symbol.toLowerCase()}-${hour}`,
    headline,
    summary: SUMMARY,
    source: 'simulated',
    tier,
    eventTime,
    receiveTime: eventTime,
    symbols: [symbol],
    simulated: true,
  };
  if (uniform(bits(3)) >= 0.2) return [item];
  const later = eventTime + (3 + (bits(4) % (LATEST_COPY / MINUTE - 3))) * MINUTE;
  const outlet = outlets[bits(5) % outlets.length]!;
  const copy: NewsItem = { ...item, id: `${item.id}-copy`, headline: `${headline} - ${outlet}`, tier: 3 };
  return [item, { ...copy, eventTime: later, receiveTime: later }];
}

function story(
  market: SimulatedMarket,
  instrument: Instrument,
  at: Timestamp,
  open: boolean,
  bits: (salt: number) => number,
): Pick<NewsItem, 'headline' | 'tier'> {
  const kind = uniform(bits(6));
  if (!open || kind < 0.3) return { headline: opinionText(instrument, bits(7)), tier: 3 };
  const hours = [4, 24, 24, 72][bits(8) % 4]!;
  const middle = (time: Timestamp) => {
    const { bid, ask } = market.quoteAt(instrument, time);
    return (bid + ask) / 2;
  };
  const price = middle(at);
  const usual = usualDay[instrument.assetClass] * Math.sqrt(hours / 24);
  const strength = Math.log(price / middle(at - hours * HOUR)) / usual;
  if (kind < 0.45) {
    // Figures lean the way the price went, and are about as often chance as not.
    const surprise = 0.04 * (strength + 2 * (2 * uniform(bits(9)) - 1));
    const figure = figureText(instrument, Math.max(-0.3, Math.min(0.3, surprise)), bits(10));
    if (figure) return { headline: figure, tier: 2 };
  }
  return { headline: moveText(instrument, price, strength, hours, bits(11)), tier: 2 };
}

/** The releases that markets heed, a minute after they are out, for the pairs and metals priced in that currency. */
function releaseNews(seed: number, from: Timestamp, to: Timestamp): NewsItem[] {
  return simulatedReleases(seed, from - REPORTED_AFTER, to - REPORTED_AFTER).flatMap((event) => {
    const headline = event.impact === 'low' ? undefined : releaseText(event);
    if (headline === undefined) return [];
    const touched = instruments.filter(
      ({ assetClass, base, quote }) =>
        (assetClass === 'fx' || assetClass === 'metal') && (base === event.currency || quote === event.currency),
    );
    const eventTime = event.eventTime + REPORTED_AFTER;
    const symbols = touched.map(({ symbol }) => symbol);
    const facts = { headline, summary: SUMMARY, source: 'simulated', tier: 1 as const, simulated: true };
    return [{ ...facts, id: `${event.id}-news`, eventTime, receiveTime: eventTime, symbols }];
  });
}
