import { AppError } from './errors.ts';
import type { Instrument, Resolution } from './instrument.ts';

const SUGGESTIONS = 5;

/** Marks that separate parts of a symbol, and never tell two of ours apart. */
const separators = /[\s/_\-.^$#]+/g;
/** `OANDA:EURUSD`, `FX:EURUSD`, Polygon's `C:EURUSD` and `X:BTCUSD`, `NASDAQ:AAPL`. */
const venuePrefix = /^[A-Z][A-Z_]*:/;
/** Yahoo's FX mark, an exchange country, a broker's own marks such as EURUSD.r, EURUSDm, EURUSD.pro. */
const brokerSuffix = /^([A-Z]{6})(?:[._-](?:[A-Z]|PRO|ECN|RAW|STD|CASH|SPOT)|M)$/;

const bare = (spelling: string) =>
  spelling
    .toUpperCase()
    .replace(venuePrefix, '')
    .replace(/=X$/, '')
    .replace(/\.(?:US|O|OQ|N)$/, '')
    .replace(separators, '');

/** Instruments by every spelling, to which vendors' listings may add. */
export interface InstrumentRegistry {
  list(): readonly Instrument[];
  /** The instrument with exactly this canonical symbol. */
  of(symbol: string): Instrument | undefined;
  /**
   * Finds what a person or vendor meant: `EUR/USD`, `eurusd`, `EURUSD=X`, `OANDA:EUR_USD`, `^GSPC`, `US500`, `gold`.
   * Never guesses: a coin with two quotes is ambiguous, an inverted or unknown pair gets suggestions.
   */
  resolve(spelling: string): Resolution;
  /** The same, for callers that need one. Throws `unknown_symbol` (details.suggestions) or `ambiguous_symbol`. */
  require(spelling: string): Instrument;
  /** By its symbol, an alias or a vendor's code only, in any usual spelling; never by one side of a pair. */
  exact(spelling: string): Instrument | undefined;
  /** False where its symbol is taken. What was known before keeps every spelling that it had. */
  add(instrument: Instrument): boolean;
}

export function createRegistry(known: readonly Instrument[]): InstrumentRegistry {
  const all: Instrument[] = [];
  const bySymbol = new Map<string, Instrument>();
  const byAlias = new Map<string, Instrument>();
  /** Spellings that several instruments share, such as a coin without its quote currency. */
  const byBase = new Map<string, Instrument[]>();

  function enter(instrument: Instrument) {
    all.push(instrument);
    bySymbol.set(instrument.symbol, instrument);
  }
  function spell(instrument: Instrument) {
    const name = (alias: string) => {
      if (!bySymbol.has(alias) && !byAlias.has(alias)) byAlias.set(alias, instrument);
    };
    for (const alias of [...instrument.aliases, ...Object.values(instrument.vendorCodes)]) {
      if (alias === undefined) continue;
      name(alias.toUpperCase());
      // "JPY=X" bare is "JPY", "VOD:LSE" bare is "LSE": both mean more than this; only the full spelling says so.
      if (!/^[A-Z]{3}=X$|:/.test(alias)) name(bare(alias));
    }
  }
  const sidesOf = ({ assetClass, base, quote }: Instrument) =>
    assetClass === 'fx' || assetClass === 'crypto' ? [base, quote].filter((part) => !/^USDT?$/.test(part)) : [];

  for (const instrument of known) enter(instrument);
  for (const instrument of known) {
    spell(instrument);
    for (const side of sidesOf(instrument)) byBase.set(side, [...(byBase.get(side) ?? []), instrument]);
  }

  function exact(spelling: string): Instrument | undefined {
    const spelled = spelling.trim().toUpperCase();
    const unprefixed = spelled.replace(venuePrefix, '');
    const key = bare(spelled);
    return (
      bySymbol.get(spelled) ??
      byAlias.get(spelled) ??
      bySymbol.get(unprefixed) ??
      byAlias.get(unprefixed) ??
      bySymbol.get(key) ??
      byAlias.get(key) ??
      bySymbol.get(brokerSuffix.exec(unprefixed)?.[1] ?? '')
    );
  }

  function resolve(spelling: string): Resolution {
    const found = exact(spelling);
    if (found) return { outcome: 'found', instrument: found };
    const key = bare(spelling.trim());
    const sharing = byBase.get(key) ?? [];
    if (sharing.length === 1) return { outcome: 'found', instrument: sharing[0]! };
    if (sharing.length > 1) return { outcome: 'ambiguous', candidates: sharing.map((each) => each.symbol) };
    return { outcome: 'unknown', suggestions: key === '' ? [] : suggest(key) };
  }

  function suggest(key: string): string[] {
    const inverted = key.length === 6 ? bySymbol.get(key.slice(3) + key.slice(0, 3)) : undefined;
    const distances = new Map<string, number>();
    const consider = (name: string, symbol: string) => {
      // A symbol that begins alike (ADAUSD, ADAUSDT) or has the same letters (EURSUD) is nearer than its edits say.
      const alike = name.startsWith(key) || key.startsWith(name);
      const distance = editDistance(key, name) - (alike ? 1 : letters(key) === letters(name) ? 0.5 : 0);
      distances.set(symbol, Math.min(distance, distances.get(symbol) ?? Number.POSITIVE_INFINITY));
    };
    for (const symbol of bySymbol.keys()) consider(symbol, symbol);
    for (const [alias, instrument] of byAlias) consider(alias, instrument.symbol);
    const near = [...distances]
      .filter(([, distance]) => distance <= Math.max(2, Math.ceil(key.length / 2)))
      .sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
      .map(([symbol]) => symbol);
    return [...new Set([...(inverted ? [inverted.symbol] : []), ...near])].slice(0, SUGGESTIONS);
  }

  return {
    list: () => all,
    of: (symbol) => bySymbol.get(symbol),
    resolve,
    require: (spelling) => resolved(spelling, resolve(spelling)),
    exact,
    add(instrument) {
      if (bySymbol.has(instrument.symbol)) return false;
      enter(instrument);
      spell(instrument);
      // A coin that was clear by its own name stays so.
      const [base] = sidesOf(instrument);
      if (base !== undefined && !byBase.has(base)) byBase.set(base, [instrument]);
      return true;
    },
  };
}

/** The instrument of an answer. Throws `unknown_symbol` (details.suggestions) or `ambiguous_symbol`. */
export function resolved(spelling: string, resolution: Resolution): Instrument {
  if (resolution.outcome === 'found') return resolution.instrument;
  if (resolution.outcome === 'ambiguous') {
    const { candidates } = resolution;
    throw new AppError('ambiguous_symbol', `"${spelling}" could be ${candidates.join(', ')}.`, {
      hint: `Name one of them exactly: ${candidates.join(', ')}.`,
      details: { candidates },
    });
  }
  const { suggestions, reason } = resolution;
  throw new AppError('unknown_symbol', reason ?? `Conclave does not know "${spelling}".`, {
    ...(suggestions.length > 0 ? { hint: `Did you mean ${suggestions.join(', ')}?` } : {}),
    details: { suggestions },
  });
}

const letters = (text: string) => [...text].sort().join('');

/** Fewest insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, beforePrevious[j - 2]! + 1);
      }
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length]!;
}
