import type { Timestamp } from '../../../domain/time.ts';

/** A stretch of time: [from, to). */
export interface Range {
  from: Timestamp;
  to: Timestamp;
}

/** What of `wanted` lies in none of `held`, which must be sorted and disjoint. */
export function missingIn(wanted: Range, held: readonly Range[]): Range[] {
  const missing: Range[] = [];
  let from = wanted.from;
  for (const range of held) {
    if (range.to <= from) continue;
    if (range.from >= wanted.to) break;
    if (range.from > from) missing.push({ from, to: range.from });
    from = Math.max(from, range.to);
  }
  if (from < wanted.to) missing.push({ from, to: wanted.to });
  return missing;
}
