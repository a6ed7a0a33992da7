import { orderGate } from '../adapters/market-data/check-order.ts';
import { checkStream } from '../adapters/market-data/check-stream.ts';
import { type OpenedFile, openBarsFile } from '../adapters/market-data/file/open.ts';
import { plainFile } from '../adapters/market-data/file/plain.ts';
import { moveGauge } from '../adapters/market-data/usual-move.ts';
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
      const { move, rows } = await survey(opened, instrument, onProgress, signal);
      const { detected } = opened;
      const key = { symbol: instrument.symbol, interval: detected.interval, source: IMPORTED };
      const check = checkStream({ instrument, interval: detected.interval, calendar: sessions, move });
      const done = { accepted: 0, rejected: 0, written: 0 };
      let span: { from: Timestamp; to: Timestamp } | undefined;
      const put = async (accepted: Bar[], defects: Defect[], share: number) => {
        signal?.throwIfAborted();
        done.accepted += accepted.length;
        done.rejected += defects.length;
        if (!dryRun && accepted.length > 0) {
          done.written += (await store.write({ ...key, simulated: false, bars: accepted })).written;
        }
        if (!dryRun && defects.length > 0) await store.quarantine(key.symbol, key.interval, IMPORTED, defects);
        const [first, last] = [accepted[0], accepted.at(-1)];
        if (first && last) span = { from: span?.from ?? first.openTime, to: last.closeTime };
        onProgress({ phase: 'storing', done: share, bars: done.accepted });
      };
      try {
        await eachBatch(opened, async (bars, defects, share) => {
          const checked = check.add(bars);
          await put(checked.accepted, [...defects, ...checked.defects], share);
        });
        const rest = check.end();
        await put(rest.accepted, rest.defects, 1);
      } catch (failure) {
        throw interrupted(failure, done.written, span?.to);
      }
      return {
        ...key,
        ...done,
        from: span ? toIso(span.from) : null,
        to: span ? toIso(span.to) : null,
        quality: check.quality(),
        detected: { ...detected, rows },
        notices: opened.notices,
        ...(dryRun ? { dryRun: true as const } : {}),
      };
    } finally {
      await kept.drop();
    }
  };
}

/** Reads all of it once: how far its bars usually move, and whether there are any. */
async function survey(
  opened: OpenedFile,
  instrument: Instrument,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal | undefined,
) {
  const gauge = moveGauge();
  let sound = 0;
  let rows = 0;
  let reason: string | undefined;
  const gate = orderGate(
    (_bar, _flag, why) => {
      reason ??= why;
    },
    (bar) => {
      gauge.add(bar);
      sound += 1;
    },
  );
  for await (const batch of opened.batches()) {
    signal?.throwIfAborted();
    for (const bar of batch.bars) gate.add(bar);
    reason ??= batch.defects[0]?.reason;
    rows += batch.rows;
    onProgress({ phase: 'reading', done: batch.done, bars: sound });
  }
  gate.end();
  if (sound > 0) return { move: gauge.usual(), rows };
  throw new AppError('bad_file', `None of the ${rows} rows is a sound bar of ${instrument.symbol}: ${reason}`, {
    hint: 'Compare the columns that were found with the file; name them with --columns. Nothing was stored.',
  });
}

/** Bars in batches that are worth a statement. */
async function eachBatch(
  opened: OpenedFile,
  work: (bars: Bar[], defects: Defect[], share: number) => Promise<void>,
): Promise<void> {
  let bars: Bar[] = [];
  let defects: Defect[] = [];
  // While the database takes some, the next rows are read.
  let writing = Promise.resolve();
  try {
    for await (const batch of opened.batches()) {
      bars = bars.concat(batch.bars);
      defects = defects.concat(batch.defects);
      if (bars.length < BATCH && batch.done < 1) continue;
      await writing;
      writing = work(bars, defects, batch.done);
      writing.catch(() => {});
      [bars, defects] = [[], []];
    }
  } finally {
    await writing;
  }
}

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
