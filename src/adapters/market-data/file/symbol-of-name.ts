import { resolveInstrument } from '../../../domain/instruments.ts';

/**
 * The symbol that a file is named after: `EURUSD_1h_2025.csv.gz`, `btc-usdt.parquet`, `BRK-A_1d.csv`. Undefined when its
 * first words are no spelling of an instrument, or of several.
 */
export function symbolOfName(fileName: string): string | undefined {
  const bare = fileName.replace(/^.*[/\\]/, '').replace(/\.(csv|txt|tsv|json|jsonl|ndjson|parquet|gz|gzip)\b/gi, '');
  const words = bare.split(/[_\s.]+/).filter((word) => word !== '');
  const parts = bare.split(/[-_\s.]+/).filter((word) => word !== '');
  // "EUR_USD_1h" is a pair in two words, "BRK-A_1d" one word; the longest that means one instrument counts.
  const spellings = [parts.slice(0, 2).join('/'), words[0], parts[0]];
  for (const spelling of spellings) {
    const resolution = spelling ? resolveInstrument(spelling) : undefined;
    if (resolution?.outcome === 'found') return resolution.instrument.symbol;
  }
  return undefined;
}
