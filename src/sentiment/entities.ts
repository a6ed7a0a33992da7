import { type Instrument, isCurrencyPair } from '../domain/instrument.ts';
import { scoreText, type TextScore } from './score.ts';

/** Words that stand for a currency, metal, coin or market. Longest first wins, so "australian dollar" is not the dollar. */
const subjects: Record<string, string> = {
  EUR: 'euro|eur|ecb|european central bank|eurozone|euro zone|euro area|lagarde|bundesbank|german|germany|french|france|italy|spain',
  USD: 'us dollar|dollar|dollars|greenback|usd|dxy|fed|federal reserve|fomc|powell|nonfarm|non-farm|payrolls|treasury|treasuries|united states|american',
  GBP: 'british pound|pound|sterling|gbp|boe|bank of england|bailey|uk|britain|british',
  JPY: 'japanese yen|yen|jpy|boj|bank of japan|ueda|japan|japanese|tokyo',
  CHF: 'swiss franc|franc|chf|snb|swiss national bank|switzerland|swiss',
  AUD: 'australian dollar|aussie dollar|aussie|aud|rba|reserve bank of australia|australia|australian',
  CAD: 'canadian dollar|loonie|cad|boc|bank of canada|canada|canadian',
  NZD: 'new zealand dollar|kiwi dollar|kiwi|nzd|rbnz|reserve bank of new zealand|new zealand',
  CNY: 'chinese yuan|yuan|renminbi|cny|cnh|pboc',
  SEK: 'swedish krona|sek|riksbank',
  NOK: 'norwegian krone|nok|norges bank',
  HKD: 'hong kong dollar|hkd',
  SGD: 'singapore dollar|sgd',
  MXN: 'mexican peso|peso|mxn|banxico',
  XAU: 'gold|bullion|xau|xauusd',
  XAG: 'silver|xag|xagusd',
  BTC: 'bitcoin|btc|btcusdt|btcusd|crypto|cryptocurrency|cryptocurrencies',
  ETH: 'ethereum|ether|eth|ethusdt|ethusd|crypto|cryptocurrency|cryptocurrencies',
  SOL: 'solana|solusdt|crypto|cryptocurrencies',
  XRP: 'xrp|ripple|crypto|cryptocurrencies',
  SPX: 's&p 500|s&p500|s&p|spx|wall street|us stocks|u\\.s\\. stocks|stocks',
  SPY: 's&p 500|s&p500|s&p|spy|wall street|us stocks|u\\.s\\. stocks|stocks',
  NDX: 'nasdaq|nasdaq 100|ndx|tech stocks',
  QQQ: 'nasdaq|nasdaq 100|qqq|tech stocks',
  DJI: 'dow jones|dow|djia',
  RUT: 'russell 2000',
  VIX: 'vix|volatility index',
  FTSE: 'ftse 100|ftse',
  N225: 'nikkei 225|nikkei',
};

const centralBanks = new Set([
  'EUR',
  'USD',
  'GBP',
  'JPY',
  'CHF',
  'AUD',
  'CAD',
  'NZD',
  'CNY',
  'SEK',
  'NOK',
  'HKD',
  'SGD',
  'MXN',
]);
export const isCurrency = (code: string) => centralBanks.has(code);

const pegs: Record<string, string> = {
  USDT: 'USD',
  USDC: 'USD',
  BUSD: 'USD',
  DAI: 'USD',
  TUSD: 'USD',
  CNH: 'CNY',
  GBX: 'GBP',
};
/** Stable coins move with the currency that they are pegged to, the offshore yuan with the yuan, pence with the pound. */
export const pegged = (currency: string) => pegs[currency] ?? currency;

/** What a headline must speak of to matter, each with the sign and share of its effect on the price. */
export interface Exposure {
  subject: string;
  effect: number;
}

/** A good word for the base lifts the price; a good word for the quote currency lowers it. */
export function exposuresOf(instrument: Pick<Instrument, 'assetClass' | 'symbol' | 'base' | 'quote'>): Exposure[] {
  const { assetClass, symbol, base, quote } = instrument;
  if (isCurrencyPair(instrument)) {
    return [
      { subject: pegged(base), effect: 1 },
      { subject: pegged(quote), effect: -1 },
    ];
  }
  if (assetClass === 'metal') {
    return [
      { subject: base, effect: 1 },
      { subject: pegged(quote), effect: -0.5 },
    ];
  }
  return [{ subject: assetClass === 'crypto' ? base : symbol, effect: 1 }];
}

const corporate =
  /\b(?:incorporated|inc|corporation|corp|company|co|plc|ltd|limited|group|holdings?|platforms|technologies|class [a-c]|common stock|sa|ag|nv|the)\b\.?/gi;

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\&]/g, '\\$&');

const patterns = new Map<string, RegExp>();
function patternOf(subject: string, name: string): RegExp {
  const key = `${subject}|${name}`;
  const cached = patterns.get(key);
  if (cached) return cached;
  const own = name
    .replace(/ in (?:US dollars|Tether)$/, '')
    .replace(corporate, ' ')
    .replace(/[.,]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const spelled = subjects[subject] ?? (own.length > 2 ? literal(own) : '');
  // Short tickers are words too (A, ALL, NOW): a cashtag, or brackets, makes the difference below four letters; from
  // four on (LINK, OPEN) capitals do.
  const ticker =
    subject.length >= 4
      ? `(?-i:${literal(subject)})|\\$${literal(subject)}`
      : `\\$${literal(subject)}|\\(${literal(subject)}\\)`;
  const pattern = new RegExp(`(?<![\\w$])(?:${[spelled, ticker].filter(Boolean).join('|')})(?![\\w])`, 'i');
  patterns.set(key, pattern);
  return pattern;
}

/** A compound such as "australian dollar" belongs to its own currency only; "US" counts only in capitals. */
const compounds: [RegExp, string][] = [
  [/\b(australian|aussie|canadian|new zealand|kiwi|hong kong|singapore) dollars?\b/gi, '$1'],
  [/\b(?:US|USA|U\.S\.)(?!\w| stocks)/g, 'united states'],
];
const plainCompounds = (text: string) => compounds.reduce((each, [pattern, put]) => each.replace(pattern, put), text);

/** Whether the text speaks of the instrument at all: by an allow-list of names, never by a guess. */
export function mentions(
  text: string,
  instrument: Pick<Instrument, 'assetClass' | 'symbol' | 'base' | 'quote' | 'name'>,
) {
  const plain = plainCompounds(text);
  return exposuresOf(instrument).filter(({ subject }) => patternOf(subject, instrument.name).test(plain));
}

/** Symbols of the given instruments that a clean text speaks of: how headlines are tagged when they come in. */
export const symbolsOf = (text: string, among: readonly Instrument[]): string[] =>
  among.filter((instrument) => mentions(text, instrument).length > 0).map(({ symbol }) => symbol);

const clauseBreak =
  /\s*(?:[;:!?]|,(?!\d)|\.\s|\s-\s|\bbut\b|\bwhile\b|\bwhereas\b|\balthough\b|\bdespite\b|\bas\b(?! (?:much|many|well|expected)\b)|\bafter\b)\s*/i;

export interface InstrumentScore extends TextScore {
  /** Which of its subjects the text speaks of. */
  subjects: string[];
}

/**
 * Score of a clean headline for the instrument's price, -1 to 1. Each clause counts for the subjects it names; one
 * that names none speaks on about those before it. A clause that names both sides of a pair, in the usual form "euro
 * falls against the dollar", is about the first.
 */
export function scoreFor(
  text: string,
  instrument: Pick<Instrument, 'assetClass' | 'symbol' | 'base' | 'quote' | 'name'>,
): InstrumentScore {
  const exposures = exposuresOf(instrument);
  const clauses = plainCompounds(text)
    .split(clauseBreak)
    .filter((clause) => clause.trim() !== '');
  const named = clauses.map((clause) =>
    exposures
      .map((exposure) => ({ exposure, at: clause.search(patternOf(exposure.subject, instrument.name)) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)
      .map(({ exposure }) => exposure),
  );
  const first = named.find((each) => each.length > 0);
  if (!first) return { score: 0, hits: 0, subjects: [] };
  let total = 0;
  let hits = 0;
  let current = first[0]!;
  clauses.forEach((clause, i) => {
    current = named[i]![0] ?? current;
    const scored = scoreText(clause, isCurrency(current.subject) ? 'currency' : 'asset');
    total += scored.score * current.effect;
    hits += scored.hits;
  });
  const found = [...new Set(named.flat().map(({ subject }) => subject))];
  return { score: Math.max(-1, Math.min(1, total)), hits, subjects: found };
}
