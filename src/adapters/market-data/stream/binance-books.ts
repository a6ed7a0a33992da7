import { z } from 'zod';
import { type BookBuilder, type BookChange, bookBuilder } from '../../../domain/book-builder.ts';
import type { BookLevel } from '../../../domain/order-book.ts';
import { SECOND } from '../../../domain/time.ts';
import { baseUrl, decimalText, type VendorDeps } from '../vendor.ts';
import type { Heard } from './feed.ts';

const levels = z.array(z.tuple([decimalText, decimalText]));
const Snapshot = z.looseObject({ lastUpdateId: z.number(), bids: levels, asks: levels });
const Diff = z.looseObject({ s: z.string(), E: z.number(), U: z.number(), u: z.number(), b: levels, a: levels });

const DEPTH = 20;
/** Levels of a snapshot; it weighs 25 of the 6,000 that Binance allows in a minute. */
const SNAPSHOT_LEVELS = 500;
/** Between two snapshots of a symbol, and after one that failed. */
const AGAIN_AFTER = SECOND;
const AFTER_FAILURE = 5 * SECOND;
/** Some seconds of changes: a snapshot that takes longer is too old anyway. */
const MOST_WAITING = 200;

interface Book {
  builder?: BookBuilder;
  /** Changes that came before their snapshot. */
  waiting: (BookChange & { time: number })[];
  loading: boolean;
  /** No snapshot is asked for before this. */
  notBefore: number;
}

/**
 * Order books of one connection: a snapshot over HTTP, then changes, each the next after the one before. After a gap,
 * or where the market has left the snapshot behind, another snapshot is fetched; until it is here no book is told.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly
 */
export function binanceBooks({ clock, http, settings }: Pick<VendorDeps, 'clock' | 'http' | 'settings'>, heard: Heard) {
  const url = `${baseUrl(settings, 'BINANCE', 'https://data-api.binance.vision')}/api/v3/depth`;
  const books = new Map<string, Book>();
  // One after another, so that many new symbols do not spend the minute's weight at once.
  let queue = Promise.resolve();

  function take(code: string, book: Book, change: Book['waiting'][number]) {
    const outcome = book.builder?.apply(change);
    if (outcome === 'known') return;
    if (outcome !== 'applied') return resync(code, book, change);
    tell(code, book.builder!, change.time);
    if (!book.builder!.reaches(DEPTH)) resync(code, book);
  }

  function tell(code: string, builder: BookBuilder, eventTime: number) {
    const symbol = heard.symbolOf(code);
    if (symbol === undefined) return;
    const times = { eventTime, receiveTime: clock.now() };
    const book = { symbol, ...builder.top(DEPTH), sequence: builder.sequence(), ...times, source: 'binance' };
    heard.tell({ kind: 'book', book });
  }

  function resync(code: string, book: Book, change?: Book['waiting'][number]) {
    delete book.builder;
    if (change && book.waiting.push(change) > MOST_WAITING) book.waiting.shift();
    if (book.loading || clock.now() < book.notBefore) return;
    book.loading = true;
    queue = queue.then(() => load(code, book));
  }

  async function load(code: string, book: Book) {
    try {
      if (heard.symbolOf(code) === undefined) return;
      const query = { symbol: code, limit: SNAPSHOT_LEVELS };
      const { lastUpdateId: sequence, bids, asks } = await http.getJson({ url, query, schema: Snapshot });
      const complete = { bids: bids.length < SNAPSHOT_LEVELS, asks: asks.length < SNAPSHOT_LEVELS };
      book.notBefore = clock.now() + AGAIN_AFTER;
      book.builder = bookBuilder({ sequence, bids: bids as BookLevel[], asks: asks as BookLevel[], complete });
    } catch (failure) {
      book.notBefore = clock.now() + AFTER_FAILURE;
      heard.fault(`binance gave no order book of ${heard.symbolOf(code) ?? code}: ${(failure as Error).message}`);
    } finally {
      book.loading = false;
    }
    if (!book.builder) return;
    // A snapshot older than the first change leaves a gap: it is asked for again.
    for (const change of book.waiting.splice(0)) take(code, book, change);
  }

  return (payload: unknown) => {
    const { s: code, E: time, U: first, u: last, b: bids, a: asks } = Diff.parse(payload);
    if (heard.symbolOf(code) === undefined) return void books.delete(code);
    const book = books.get(code) ?? { waiting: [], loading: false, notBefore: 0 };
    books.set(code, book);
    take(code, book, { first, last, bids, asks, time });
  };
}
