import { checkBatches } from '../adapters/market-data/check-batches.ts';
import { faultOf } from '../adapters/market-data/checks/values.ts';
import { type OpenedFile, openBarsFile } from '../adapters/market-data/file/open.ts';
import { plainFile } from '../adapters/market-data/file/plain.ts';
import type { ImportProgress, ImportRequest } from '../api/deps.ts';
import type { ImportDocument } from '../api/documents.ts';
import type { Bar } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Defect } from '../domain/quality.ts';
import { type Timestamp, toIso } from '../domain/time.ts';
import type { SessionCalendar } from '../ports/calendar.ts';
import type { Clock } from '../ports/clock.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { Scratch } from '../ports/scratch.ts';
import type { BarStore } from '../ports/store.ts';

/** Bars that a person brought: one source per symbol and interval, preferred to every simulated one. */
export const IMPORTED = 'file';

/** Bars of one statement's worth of work. */
const BATCH = 20_000;

/**
 * Reads, checks and stores a file of bars of any size; what fails a check is kept apart with its reason. The file is
 * unpacked beside the data and read twice: nothing is stored before all of it was read once. Throws `bad_file`.
 */
export function createImporter(options: {
  marketData: MarketData;
  bars: BarStore;
  sessions: SessionCalendar;
  scratch: Scratch;
  clock: Pick<Clock, 'now'>;
}) {
  const { marketData, bars: store, sessions, scratch, clock } = options;
  return async ({
    file,
    symbol,
    dryRun,
    signal,
    onProgress = () => {},
    ...given
  }: ImportRequest): Promise<ImportDocument> => {
    const instrument = marketData.resolve(symbol);
    const plain = await plainFile(file);
    const kept = await scratch.keep(plain.bytes);
    try {
      if (kept.size === 0) throw emptyFile();
      const opened = await openBarsFile(kept, plain, instrument, { ...given, receiveTime: clock.now() });
      const rows = await survey(opened, instrument, onProgress, signal);
      const { detected } = opened;
      const key = { symbol: instrument.symbol, interval: detected.interval, source: IMPORTED };
      const settled = await store.overruled(key.symbol, IMPORTED);
      const overruled = new Set(settled.filter((each) => each.interval === key.interval).map((each) => each.openTime));
      const check = checkBatches({ instrument, interval: key.interval, calendar: sessions, overruled });
      const done = { accepted: 0, rejected: 0, written: 0 };
      let span: { from: Timestamp; to: Timestamp } | undefined;
      const put = async (accepted: Bar[], defects: Defect[]) => {
        signal?.throwIfAborted();
        done.accepted += accepted.length;
        done.rejected += defects.length;
        for (let from = 0; from < accepted.length; from += BATCH) {
          const bars = accepted.slice(from, from + BATCH);
          if (!dryRun) done.written += (await store.write({ ...key, simulated: false, bars })).written;
          span = { from: span?.from ?? bars[0]!.openTime, to: bars.at(-1)!.closeTime };
        }
        if (!dryRun && defects.length > 0) await store.quarantine(key.symbol, key.interval, IMPORTED, defects);
      };
      try {
        let unwritten: Defect[] = [];
        // While the database takes some, the next rows are read.
        let writing = Promise.resolve();
        try {
          for await (const batch of opened.batches()) {
            const { accepted, defects } = check.add(batch);
            unwritten.push(...batch.defects, ...defects);
            onProgress({ phase: 'storing', done: batch.done, bars: done.accepted });
            if (accepted.length === 0 && unwritten.length < BATCH) continue;
            await writing;
            writing = put(accepted, unwritten);
            writing.catch(() => {});
            unwritten = [];
          }
        } finally {
          await writing;
        }
        const rest = check.end();
        await put(rest.accepted, [...unwritten, ...rest.defects]);
        onProgress({ phase: 'storing', done: 1, bars: done.accepted });
      } catch (failure) {
        throw interrupted(failure, done.written, span?.to);
      }
      const { quality, splits, dividends } = check.found();
      return {
        ...key,
        ...done,
        from: span ? toIso(span.from) : null,
        to: span ? toIso(span.to) : null,
        quality,
        detected: { ...detected, rows },
        notices: [...opened.notices, ...[...splits, ...dividends].map(told)],
        ...(dryRun ? { dryRun: true as const } : {}),
      };
    } finally {
      await kept.drop();
    }
  };
}

/** Reads all of it once, to know that there are bars before any is stored. Returns its rows. */
async function survey(
  opened: OpenedFile,
  instrument: Instrument,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  let sound = 0;
  let rows = 0;
  let reason: string | undefined;
  for await (const batch of opened.batches()) {
    signal?.throwIfAborted();
    for (const bar of batch.bars) {
      const fault = faultOf(bar);
      if (fault) reason ??= fault.reason;
      else sound += 1;
    }
    reason ??= batch.defects[0]?.reason;
    rows += batch.rows;
    onProgress({ phase: 'reading', done: batch.done, bars: sound });
  }
  if (sound > 0) return rows;
  throw new AppError('bad_file', `None of the ${rows} rows is a sound bar of ${instrument.symbol}: ${reason}`, {
    hint: 'Compare the columns that were found with the file; name them with --columns. Nothing was stored.',
  });
}

const told = ({ at, reason }: { at: Timestamp; reason: string }) => `${toIso(at)}: ${reason}`;

/** What was stored stays: the same import again stores the rest. */
function interrupted(failure: unknown, written: number, to: Timestamp | undefined): unknown {
  if (written === 0 || to === undefined) return failure;
  const known = failure instanceof AppError ? failure : undefined;
  const message = `The import stopped after ${written} new bars, up to ${toIso(to)}, were stored.`;
  return new AppError(known?.code ?? 'cancelled', known ? `${message} ${known.message}` : message, {
    cause: failure,
    hint: 'Import the same file again: bars that are stored already are not stored twice.',
    details: { written, to: toIso(to) },
  });
}

const emptyFile = () => new AppError('bad_file', 'The file is empty.', { hint: 'Download or export it again.' });
