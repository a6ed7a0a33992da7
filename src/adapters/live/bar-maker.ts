import type { Bar } from '../../domain/bar.ts';
import type { Tick } from '../../domain/tick.ts';
import { type TickBars, tickBars } from '../../domain/tick-bars.ts';
import { MINUTE, SECOND, type Timestamp } from '../../domain/time.ts';

/** Prints that are so late still count in their minute. */
const GRACE = 2 * SECOND;

/**
 * One-minute bars of a symbol from its prints. Only minutes that were seen from their beginning are made: of the minute in
 * which the feed began or came back, part is missing.
 */
export interface BarMaker {
  /** Prints come from now on, with none missing. */
  begin(at: Timestamp): void;
  /** Prints are missing from now on. */
  stop(): void;
  add(tick: Tick): void;
  /** The bar that is forming, once for each change of it. */
  formed(): Bar | undefined;
  /** Bars that are complete at `at`. */
  complete(at: Timestamp): Bar[];
  /** Bars of minutes before this must come from elsewhere; undefined while no prints come. */
  wholeFrom(): Timestamp | undefined;
}

export function createBarMaker(): BarMaker {
  let bars: TickBars | undefined;
  let wholeFrom: Timestamp | undefined;
  let changed = false;
  return {
    begin(at) {
      bars = tickBars('1m', { grace: GRACE });
      wholeFrom = Math.ceil(at / MINUTE) * MINUTE;
      changed = false;
    },
    stop() {
      bars = undefined;
      wholeFrom = undefined;
    },
    add(tick) {
      if (bars && tick.eventTime >= wholeFrom! && bars.add(tick)) changed = true;
    },
    formed() {
      const bar = changed ? bars?.forming() : undefined;
      changed = false;
      return bar;
    },
    complete: (at) => bars?.complete(at) ?? [],
    wholeFrom: () => wholeFrom,
  };
}

/** The last minute that is over, with the time that prints and vendors may need for it. */
export const lastMinuteEnd = (now: Timestamp) => Math.floor((now - GRACE) / MINUTE) * MINUTE;
