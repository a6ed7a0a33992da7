export type Ask = { symbol: string; interval?: string } | { problem: string };

const intervalWord = /^(\d{1,3}\s?(m|min|h|hour|d|day|w|week|M|mo)s?|[MHDW]\d{1,2}|MN1|daily|weekly|hourly|monthly)$/i;
const filler = new Set([
  'analyze',
  'analyse',
  'analysis',
  'check',
  'look',
  'at',
  'on',
  'of',
  'for',
  'the',
  'what',
  'about',
  'please',
  'now',
  'how',
  'is',
  'should',
  'i',
  'buy',
  'sell',
  'a',
  'an',
  'in',
  'do',
  'you',
  'think',
  'trade',
]);
const spokenInterval: Record<string, string> = { hourly: '1h', daily: '1d', weekly: '1w', monthly: '1M' };

/** Reads "analyze EURUSD", "EUR/USD 4h?", "what about btc-usd on daily": an instrument and perhaps an interval. */
export function parseAsk(text: string): Ask {
  const found = text
    .replace(/[?!,;"“”]/g, ' ')
    .split(/\s+/)
    .map((word) => word.replace(/\.$/, ''))
    .filter((word) => word !== '' && !filler.has(word.toLowerCase()));
  const intervals = found.filter((word) => intervalWord.test(word));
  const symbols = found.filter((word) => !intervalWord.test(word));
  if (symbols.length === 0) return { problem: 'Name an instrument, such as EURUSD.' };
  if (symbols.length > 1) {
    return { problem: `One instrument at a time: ${symbols.slice(0, 3).join(' or ')}? Write "analyze ${symbols[0]}".` };
  }
  const spoken = intervals[0]?.toLowerCase();
  const interval = spoken === undefined ? undefined : (spokenInterval[spoken] ?? intervals[0]);
  return { symbol: symbols[0]!, ...(interval ? { interval } : {}) };
}
