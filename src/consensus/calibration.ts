import type { SettledForecast, View } from '../domain/signal.ts';

/** Below this many settled forecasts a probability is not measured, only believed. */
export const LEAST_SETTLED = 100;

export interface Calibration {
  /** What a claimed probability turned out to be worth. */
  calibrate(probability: number): number;
  /** Settled forecasts behind it. */
  sample: number;
  calibrated: boolean;
}

/** Claims are passed through as they are, and shown as uncalibrated. */
const believed = (sample: number): Calibration => ({
  calibrate: (probability) => probability,
  sample,
  calibrated: false,
});

/**
 * From claimed to realised probability, by pool-adjacent-violators on settled forecasts, shrunk to the claim by
 * `LEAST_SETTLED` forecasts' worth, so that a small sample changes little. With too few it passes claims through.
 */
export function calibrationOf(settled: readonly Pick<SettledForecast, 'probability' | 'correct'>[]): Calibration {
  const sample = settled.length;
  if (sample < LEAST_SETTLED) return believed(sample);
  const blocks: Block[] = [];
  for (const { probability, correct } of [...settled].sort((a, b) => a.probability - b.probability)) {
    blocks.push({ claim: probability, hits: correct ? 1 : 0, count: 1 });
    while (blocks.length > 1 && !rises(blocks.at(-2)!, blocks.at(-1)!)) {
      const after = blocks.pop()!;
      const before = blocks.at(-1)!;
      before.claim += after.claim;
      before.hits += after.hits;
      before.count += after.count;
    }
  }
  const points = blocks.map(({ claim, hits, count }) => ({ claimed: claim / count, realised: hits / count }));
  const trust = sample / (sample + LEAST_SETTLED);
  return {
    calibrate: (probability) => trust * between(points, probability) + (1 - trust) * probability,
    sample,
    calibrated: true,
  };
}

interface Block {
  /** Sums over the block. */
  claim: number;
  hits: number;
  count: number;
}

/** Whether the later block claims more and was right more often, so that the two may stand apart. */
const rises = (a: Block, b: Block) => a.claim / a.count < b.claim / b.count && a.hits / a.count < b.hits / b.count;

/** Straight lines between the pooled points, level beyond them. */
function between(points: readonly { claimed: number; realised: number }[], at: number): number {
  const above = points.findIndex((point) => point.claimed >= at);
  if (above === 0) return points[0]!.realised;
  if (above === -1) return points.at(-1)!.realised;
  const [low, high] = [points[above - 1]!, points[above]!];
  const share = (at - low.claimed) / (high.claimed - low.claimed);
  return low.realised + share * (high.realised - low.realised);
}

/** A view with its probability as the record supports it. The direction stands even where the record speaks against it. */
export const calibrated = (view: View, calibration: Calibration): View => ({
  ...view,
  probability: calibration.calibrate(view.probability),
  calibrated: calibration.calibrated,
});
