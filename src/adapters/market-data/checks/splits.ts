import type { Bar } from '../../../domain/bar.ts';
import type { CorporateAction } from '../../../domain/corporate-action.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { DAY, type Timestamp } from '../../../domain/time.ts';
import { median, NEIGHBOURS, usualMove } from './moves.ts';

/** A jump to another level by the ratio of a split. The bars on both sides are sound. */
export interface SplitJump {
  at: Timestamp;
  /** New shares for one old one, as the prices tell. */
  ratio: number;
  reason: string;
}

/** A known split this near is the one meant, on a wrong day. */
const NEAR = 15 * DAY;

/** Ratios that companies split by; the other way round they join shares. */
const ratios = [1.5, 2, 3, 4, 5, 7, 8, 10, 15, 20, 25, 30, 50, 100].flatMap((each) => [each, 1 / each]);

/** The open leaves the last close by the ratio of a split, the closes stay there, and no action of that day explains it. */
export function findUnadjustedSplits(
  bars: readonly Bar[],
  { assetClass }: Instrument,
  actions: readonly CorporateAction[],
): SplitJump[] {
  if ((assetClass !== 'equity' && assetClass !== 'etf') || bars.length < 2 * NEIGHBOURS) return [];
  const move = usualMove(bars);
  const found: SplitJump[] = [];
  for (let i = NEIGHBOURS; i <= bars.length - NEIGHBOURS; i++) {
    const bar = bars[i]!;
    const jump = Math.log(bars[i - 1]!.close / bar.open);
    const ratio = ratios.find((each) => Math.abs(jump - Math.log(each)) < 0.05);
    if (ratio === undefined || Math.abs(jump) < 8 * move) continue;
    const before = median(bars.slice(i - NEIGHBOURS, i).map((each) => each.close));
    const after = median(bars.slice(i, i + NEIGHBOURS).map((each) => each.close));
    if (Math.abs(Math.log(before / after) - Math.log(ratio)) > 0.2) continue;
    const known = actions.some(
      ({ kind, effectiveTime }) =>
        kind === 'split' && effectiveTime > bars[i - 1]!.openTime && effectiveTime <= bar.openTime,
    );
    if (known) continue;
    const near = actions.find(
      (each) =>
        each.kind === 'split' &&
        Math.abs(each.effectiveTime - bar.openTime) < NEAR &&
        Math.abs(Math.log(each.ratio / ratio)) < 0.05,
    );
    const told = near ? `; the one known is dated ${day(near.effectiveTime)}` : ', and none is known';
    const change = ratio > 1 ? `fall to 1/${ratio}` : `rise ${Math.round(10 / ratio) / 10} times`;
    const reason = `Prices ${change} from ${bars[i - 1]!.close} to ${bar.open} as by a split${told}.`;
    found.push({ at: bar.openTime, ratio, reason });
  }
  return found;
}

const day = (time: Timestamp) => new Date(time).toISOString().slice(0, 10);
