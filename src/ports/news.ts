import type { NewsItem } from '../domain/news.ts';
import type { Timestamp } from '../domain/time.ts';

/**
 * Items published in [from, to], both included, about any of the symbols, earliest first; nothing later than now.
 * Throws AppError `unavailable` when it fails; [] means there is no news.
 */
export interface NewsProvider {
  name: string;
  simulated: boolean;
  unavailable?: string;
  latest(request: {
    symbols: readonly string[];
    from: Timestamp;
    to: Timestamp;
    signal?: AbortSignal;
  }): Promise<NewsItem[]>;
}
