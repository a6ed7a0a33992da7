import { checkBars } from '../adapters/market-data/check-bars.ts';
import { readBarsFile } from '../adapters/market-data/file.ts';
import type { ImportRequest } from '../api/deps.ts';
import type { ImportDocument } from '../api/documents.ts';
import { AppError } from '../domain/errors.ts';
import { toIso } from '../domain/time.ts';
import type { SessionCalendar } from '../ports/calendar.ts';
import type { Clock } from '../ports/clock.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { BarStore } from '../ports/store.ts';

/** Bars that a person brought: one source per symbol and interval, preferred to every simulated one. */
export const IMPORTED = 'file';

/** Reads, checks and stores a file of bars; what fails a check is kept apart with its reason. Throws `bad_file`. */
export function createImporter(options: {
  marketData: MarketData;
  bars: BarStore;
  sessions: SessionCalendar;
  clock: Pick<Clock, 'now'>;
}) {
  const { marketData, bars: store, sessions, clock } = options;
  return async ({
    bytes,
    symbol,
    interval: given,
    timeZone,
    columns,
    dryRun,
  }: ImportRequest): Promise<ImportDocument> => {
    const instrument = marketData.resolve(symbol);
    const read = readBarsFile(bytes, {
      symbol: instrument.symbol,
      instrument,
      interval: given,
      timeZone,
      columns,
      receiveTime: clock.now(),
    });
    const { interval } = read.detected;
    const { actions, adjustedCloses } = read;
    const acceptedBefore = await store.overruled(instrument.symbol, IMPORTED);
    const overruled = new Set(acceptedBefore.filter((each) => each.interval === interval).map((each) => each.openTime));
    const checked = checkBars(read.bars, {
      instrument,
      interval,
      calendar: sessions,
      actions,
      adjustedCloses,
      overruled,
    });
    if (checked.accepted.length === 0) {
      throw new AppError(
        'bad_file',
        `None of the ${read.bars.length} rows is a sound bar: ${checked.defects[0]?.reason ?? 'no row could be read.'}`,
      );
    }
    const accepted = checked.accepted.map((bar) => ({ ...bar, backfilled: true }));
    const defects = [...read.defects, ...checked.defects];
    if (!dryRun) {
      await store.write({ symbol: instrument.symbol, interval, source: IMPORTED, simulated: false, bars: accepted });
      await store.quarantine(instrument.symbol, interval, IMPORTED, defects);
    }
    return {
      symbol: instrument.symbol,
      interval,
      source: IMPORTED,
      accepted: accepted.length,
      rejected: defects.length,
      from: toIso(accepted[0]!.openTime),
      to: toIso(accepted.at(-1)!.closeTime),
      quality: checked.quality,
      notices: [...read.notices, ...checked.splits.map(told), ...checked.dividends.map(told)],
      ...(dryRun ? { dryRun: true as const } : {}),
    };
  };
}

const told = ({ at, reason }: { at: number; reason: string }) => `${toIso(at)}: ${reason}`;
