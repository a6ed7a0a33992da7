import type { Bar } from './bar.ts';
import type { Tick } from './tick.ts';
import { barClose, barOpen, type Duration, type Interval, type Timestamp } from './time.ts';

/** A print, as much of it as bars are made of. */
export type Print = Pick<Tick, 'price' | 'size' | 'eventTime' | 'receiveTime'>;

/** Bars of one interval from prints, one at a time. */
export interface TickBars {
  /** Takes a print in. False when its bar is complete already: it came too late and changes nothing. */
  add(print: Print): boolean;
  /** The newest bar that is not complete, as it stands now. */
  forming(): Bar | undefined;
  /** Takes out the bars that are complete at `at`, oldest first. A stretch without prints has no bar. */
  complete(at: Timestamp): Bar[];
}

export interface TickBarsOptions {
  /** Prints that are so late still count: a bar is complete this long after its time. None by default. */
  grace?: Duration;
  /** Whether nothing more can come for a bar: its time is over, unless a calendar knows better. */
  isComplete?: (openTime: Timestamp, at: Timestamp) => boolean;
}

interface Forming extends Bar {
  firstAt: Timestamp;
  lastAt: Timestamp;
}

/**
 * The finest step of the one road of bars: `resample` makes the same coarser ones. Prints may come in any order within
 * what is not complete: the open is the earliest by event time, the close the latest, of equals the one that came first
 * and last. The bar's receiveTime is that of its newest print.
 */
export function tickBars(interval: Interval, options: TickBarsOptions = {}): TickBars {
  const { grace = 0, isComplete = (openTime, at) => barClose(interval, openTime) <= at } = options;
  /** By openTime; more than one only while prints of two bars come mixed. */
  const open: Forming[] = [];
  let completeUntil = Number.NEGATIVE_INFINITY;

  function begin({ price, size, eventTime, receiveTime }: Print): boolean {
    const openTime = barOpen(interval, eventTime);
    if (openTime < completeUntil) return false;
    const fresh: Forming = {
      openTime,
      closeTime: barClose(interval, openTime),
      open: price,
      high: price,
      low: price,
      close: price,
      volume: size,
      receiveTime,
      firstAt: eventTime,
      lastAt: eventTime,
    };
    const after = open.findIndex((bar) => bar.openTime > openTime);
    open.splice(after < 0 ? open.length : after, 0, fresh);
    return true;
  }

  return {
    add(print) {
      const { price, size, eventTime, receiveTime } = print;
      for (let i = open.length - 1; i >= 0; i--) {
        const bar = open[i]!;
        if (eventTime >= bar.closeTime) break;
        if (eventTime < bar.openTime) continue;
        if (price > bar.high) bar.high = price;
        if (price < bar.low) bar.low = price;
        if (eventTime < bar.firstAt) {
          bar.firstAt = eventTime;
          bar.open = price;
        }
        if (eventTime >= bar.lastAt) {
          bar.lastAt = eventTime;
          bar.close = price;
        }
        bar.volume += size;
        if (receiveTime > bar.receiveTime) bar.receiveTime = receiveTime;
        return true;
      }
      return begin(print);
    },
    forming: () => (open.length === 0 ? undefined : plainBar(open.at(-1)!)),
    complete(at) {
      const done: Bar[] = [];
      while (open[0] && isComplete(open[0].openTime, at - grace)) {
        const bar = plainBar(open.shift()!);
        completeUntil = bar.closeTime;
        done.push(bar);
      }
      return done;
    },
  };
}

const plainBar = ({ openTime, closeTime, open, high, low, close, volume, receiveTime }: Forming): Bar => ({
  openTime,
  closeTime,
  open,
  high,
  low,
  close,
  volume,
  receiveTime,
});
