/** Ids that never repeat: `dec_01J...`. Time-ordered, so that lists sort by age. */
export interface Ids {
  next(prefix: string): string;
}
