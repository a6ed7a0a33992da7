import type { Bar } from '../../domain/bar.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Quote } from '../../domain/quote.ts';
import { type Duration, MINUTE, SECOND, type Timestamp } from '../../domain/time.ts';
import type { SessionCalendar } from '../../ports/calendar.ts';
import type { Clock } from '../../ports/clock.ts';
import { checkQuote, checkTick } from '../market-data/checks/quotes.ts';
import { faultOf } from '../market-data/checks/values.ts';
import { type BarMaker, createBarMaker, lastMinuteEnd } from './bar-maker.ts';
import type { Feed } from './feed.ts';
import { createPolling } from './polling.ts';
import { createUpstream, type MarketEvent, type StreamingVendor } from './upstream.ts';

/** After a history that could not be had, it is asked for again. */
const FILL_REST = 20 * SECOND;

export interface SourceOptions {
  clock: Clock;
  sessions: Pick<SessionCalendar, 'isOpen' | 'openBetween'>;
  /** Offered vendors that stream, in the order of the instrument's live chain. */
  vendorsOf: (instrument: Instrument) => readonly StreamingVendor[];
  /** For symbols that no vendor streams. */
  quote: (symbol: string) => Promise<Quote>;
  /** Complete one-minute bars from then on, oldest first. */
  backfill: (symbol: string, from: Timestamp) => Promise<{ bars: readonly Bar[]; simulated: boolean }>;
  staleAfter: Duration;
  notice: (text: string) => void;
}

/** A symbol that this process follows at its source. */
interface Line {
  feed: Feed;
  wantsBars: () => boolean;
  maker: BarMaker;
  heardAt: Timestamp;
  /** The vendor's stream brings events now. */
  streaming: boolean;
  /** From here on the vendor sends whole bars. */
  barsFrom?: Timestamp;
  /** Up to here, bars that the feed itself did not bring were asked for. */
  filledUntil: Timestamp;
  filling: boolean;
  restUntil: Timestamp;
  rejected: number;
}

/**
 * Where live prices come from: vendors' streams where there are any, else quotes asked for every few seconds, and the
 * history for one-minute bars that neither brings. What it hears it publishes on the symbols' feeds.
 */
export function createSource({ clock, sessions, vendorsOf, quote, backfill, staleAfter, notice }: SourceOptions) {
  const lines = new Map<string, Line>();
  const upstream = createUpstream(vendorsOf, {
    event: (symbol, event) => {
      const line = lines.get(symbol);
      if (line) hear(line, event);
    },
    up,
    down,
    none: (symbol) => polling.start(symbol),
    notice,
  });
  const polling = createPolling({
    clock,
    quote,
    onQuote: (answer) => {
      const line = lines.get(answer.symbol);
      if (line) hearQuote(line, answer);
    },
    onOutage: (symbol, failure) => notice(`${symbol} has no quote, trying again more slowly: ${String(failure)}`),
  });

  function hear(line: Line, event: MarketEvent) {
    const { feed } = line;
    switch (event.kind) {
      case 'quote':
        return hearQuote(line, event.quote);
      case 'tick': {
        const { tick } = event;
        if (tick.id !== undefined && feed.hasTick(tick.id)) return;
        if (checkTick(tick, contextOf(line))) return void line.rejected++;
        alive(line);
        feed.publish({ kind: 'tick', tick });
        return line.maker.add(tick);
      }
      case 'bar': {
        const { bar, interval, complete } = event;
        if (interval === '1m' && bar.closeTime <= (feed.barsUntil() ?? 0)) return;
        if (faultOf(bar)) return void line.rejected++;
        alive(line);
        return void feed.publish({ kind: 'bar', interval, bar, complete });
      }
      case 'book':
        alive(line);
        return void feed.publish({ kind: 'book', book: event.book });
    }
  }

  function hearQuote(line: Line, found: Quote) {
    const before = line.feed.quote();
    if (checkQuote(found, contextOf(line))) return void line.rejected++;
    if (before?.source === found.source) {
      // A vendor that has nothing new answers what it answered before: that is silence.
      if (found.eventTime < before.eventTime) return;
      if (found.eventTime === before.eventTime && found.bid === before.bid && found.ask === before.ask) return;
    }
    alive(line);
    line.feed.publish({ kind: 'quote', quote: found });
  }

  const contextOf = ({ feed }: Line) => ({ instrument: feed.instrument, now: clock.now(), calendar: sessions });

  function alive(line: Line) {
    const silentMs = clock.now() - line.heardAt;
    line.heardAt = clock.now();
    if (line.feed.stale()) line.feed.publish({ kind: 'stale', stale: false, silentMs });
  }

  /** Quotes are asked for exactly where none are sent. */
  function pollWhereSilent(symbol: string) {
    if (upstream.brings(symbol, 'quote')) polling.stop(symbol);
    else polling.start(symbol);
  }

  function up(symbols: readonly string[]) {
    for (const symbol of symbols) {
      const line = lines.get(symbol);
      if (!line) continue;
      line.streaming = true;
      const now = clock.now();
      if (upstream.brings(symbol, 'bar')) line.barsFrom = Math.floor(now / MINUTE) * MINUTE;
      else if (upstream.brings(symbol, 'tick')) line.maker.begin(now);
      pollWhereSilent(symbol);
      fill(line);
    }
  }

  function down(symbols: readonly string[], vendor: string, reason: string) {
    notice(`${vendor} is away: ${reason}`);
    for (const symbol of symbols) {
      const line = lines.get(symbol);
      if (!line) continue;
      line.maker.stop();
      line.barsFrom = undefined;
      line.filledUntil = Math.max(line.filledUntil, line.feed.barsUntil() ?? 0);
      // Once an outage: each further try that fails is down as well.
      if (line.streaming) line.feed.publishAway(line.feed.lastEventAt());
      line.streaming = false;
      pollWhereSilent(symbol);
    }
  }

  /** Asks for the bars of minutes that are over and that the feed did not bring whole. */
  function fill(line: Line) {
    const { feed, filledUntil } = line;
    const { symbol, calendar } = feed.instrument;
    const now = clock.now();
    const target = Math.min(lastMinuteEnd(now), line.maker.wholeFrom() ?? line.barsFrom ?? Number.POSITIVE_INFINITY);
    if (line.filling || now < line.restUntil || filledUntil >= target) return;
    if (!line.wantsBars() || sessions.openBetween(calendar, filledUntil, target) === 0) {
      line.filledUntil = target;
      return;
    }
    line.filling = true;
    backfill(symbol, filledUntil)
      .then(({ bars, simulated }) => {
        if (lines.get(symbol) !== line) return;
        const quoted = feed.quote();
        // Simulated bars are no continuation of a real market, nor the other way round.
        const fitting = quoted && (quoted.simulated ?? false) !== simulated ? [] : bars;
        for (const bar of fitting) {
          if (bar.openTime < filledUntil || bar.closeTime > target) continue;
          feed.publish({ kind: 'bar', interval: '1m', bar, complete: true });
          line.filledUntil = bar.closeTime;
        }
        // Vendors have a minute a little after its end; a minute without trades has no bar at all.
        if (line.filledUntil < target) line.restUntil = clock.now() + FILL_REST;
      })
      .catch((failure: unknown) => {
        line.restUntil = clock.now() + FILL_REST;
        notice(`${symbol} has no bars for what was missed: ${String(failure)}`);
      })
      .finally(() => {
        line.filling = false;
      });
  }

  function watchSilence(line: Line, now: Timestamp) {
    const { calendar } = line.feed.instrument;
    if (line.feed.stale() || now - line.heardAt < staleAfter || !sessions.isOpen(calendar, now)) return;
    // A night or a weekend is no silence.
    const silentMs = sessions.openBetween(calendar, line.heardAt, now);
    if (silentMs >= staleAfter) line.feed.publish({ kind: 'stale', stale: true, silentMs });
  }

  return {
    start(feed: Feed, wantsBars: () => boolean) {
      const now = clock.now();
      const { symbol } = feed.instrument;
      const line: Line = {
        feed,
        wantsBars,
        maker: createBarMaker(),
        heardAt: now,
        streaming: false,
        filledUntil: feed.barsUntil() ?? Math.floor(now / MINUTE) * MINUTE,
        filling: false,
        restUntil: 0,
        rejected: 0,
      };
      lines.set(symbol, line);
      upstream.follow(feed.instrument);
      pollWhereSilent(symbol);
    },
    stop(symbol: string) {
      lines.delete(symbol);
      upstream.unfollow(symbol);
      polling.stop(symbol);
    },
    /** Once a second: bars whose time is over, and feeds that fell silent. */
    beat(now: Timestamp) {
      for (const line of lines.values()) {
        for (const bar of line.maker.complete(now)) {
          line.feed.publish({ kind: 'bar', interval: '1m', bar, complete: true });
        }
        const forming = line.maker.formed();
        if (forming && line.wantsBars()) {
          line.feed.publish({ kind: 'bar', interval: '1m', bar: forming, complete: false });
        }
        fill(line);
        watchSilence(line, now);
      }
    },
    vendorOf: (symbol: string) => upstream.vendorOf(symbol),
    rejected: (symbol: string) => lines.get(symbol)?.rejected ?? 0,
    close() {
      polling.close();
      lines.clear();
      return upstream.close();
    },
  };
}
export type Source = ReturnType<typeof createSource>;
