import { toNumber } from '../../domain/decimal.ts';
import type { AssetClass, Instrument } from '../../domain/instrument.ts';
import type { EconomicEvent } from '../../domain/news.ts';

/** Picks one of several wordings: the same for the same bits. */
const pick = (from: readonly string[], bits: number) => from[bits % from.length]!;

const currencies: Record<string, { money: string; place: string; bank: string }> = {
  USD: { money: 'Dollar', place: 'US', bank: 'Federal Reserve' },
  EUR: { money: 'Euro', place: 'Eurozone', bank: 'European Central Bank' },
  GBP: { money: 'Sterling', place: 'UK', bank: 'Bank of England' },
  JPY: { money: 'Yen', place: 'Japan', bank: 'Bank of Japan' },
  CHF: { money: 'Swiss franc', place: 'Switzerland', bank: 'Swiss National Bank' },
  AUD: { money: 'Australian dollar', place: 'Australia', bank: 'Reserve Bank of Australia' },
  CAD: { money: 'Canadian dollar', place: 'Canada', bank: 'Bank of Canada' },
  NZD: { money: 'New Zealand dollar', place: 'New Zealand', bank: 'Reserve Bank of New Zealand' },
};

/** As a wire names it: "Euro", "Gold", "S&P 500", "Bitcoin (BTC)", "Alphabet (GOOGL)". */
export function subjectOf({ assetClass, symbol, base, name }: Instrument): string {
  if (assetClass === 'fx') return currencies[base]?.money ?? base;
  const plain = name.replace(/ in (?:US dollars|Tether)$| \(.*\)$/g, '');
  if (assetClass === 'metal' || assetClass === 'index') return plain;
  return `${plain} (${assetClass === 'crypto' ? base : symbol})`;
}

/** "1.08731", "$3,371.40", "98,120.5". */
function priceText({ tick, assetClass, quote }: Instrument, price: number): string {
  const decimals = Math.max(0, Math.ceil(-Math.log10(toNumber(tick))));
  const digits = price.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const dollars = quote === 'USD' && assetClass !== 'fx' && assetClass !== 'index';
  return dollars ? `$${digits}` : digits;
}

const against = (instrument: Instrument) =>
  instrument.assetClass === 'fx'
    ? ` against the ${(currencies[instrument.quote]?.money ?? instrument.quote).toLowerCase()}`
    : '';

const ups: readonly (readonly string[])[] = [
  ['edges higher', 'firms', 'ticks up'],
  ['rises', 'gains', 'climbs', 'advances'],
  ['jumps', 'surges', 'rallies', 'soars'],
];
const downs: readonly (readonly string[])[] = [
  ['edges lower', 'eases', 'slips'],
  ['falls', 'drops', 'declines', 'weakens'],
  ['tumbles', 'slides', 'plunges', 'sinks'],
];
const causes = {
  up: ['on strong demand', 'as buyers return', 'in lively dealing', 'on fresh optimism'],
  down: ['on weak demand', 'as sellers take over', 'in nervous dealing', 'on fresh worries'],
};
const spans: Record<number, string> = { 4: 'in four hours', 24: 'in a day', 72: 'in three days' };

/** What the price has done: `strength` is the move in its usual size, signed; `hours` how long it took. */
export function moveText(instrument: Instrument, price: number, strength: number, hours: number, bits: number): string {
  const subject = subjectOf(instrument);
  const where = priceText(instrument, price);
  const size = Math.abs(strength);
  if (size < 0.3) return `${subject} little changed${against(instrument)} near ${where}`;
  const verbs = (strength > 0 ? ups : downs)[size < 0.8 ? 0 : size < 1.6 ? 1 : 2]!;
  const cause = pick(strength > 0 ? causes.up : causes.down, bits >>> 8);
  return `${subject} ${pick(verbs, bits)}${against(instrument)} to ${where} ${spans[hours]} ${cause}`;
}

const opinions = [
  'Analysts see upside for {}',
  'Strategists stay cautious on {}',
  'Survey finds readers bullish on {}',
  'Survey finds readers bearish on {}',
  'Column asks whether {} is overvalued',
  'Fund manager is optimistic about {}',
  'Fund manager warns of risk in {}',
  'What to watch in {} this week',
  'Five charts that explain {}',
];

/** Somebody's view, which nothing is behind. */
export const opinionText = (instrument: Instrument, bits: number) =>
  pick(opinions, bits).replace('{}', () =>
    subjectOf(instrument).replace(/^(?:Euro|Sterling|Yen|Dollar)$/, (word) => `the ${word.toLowerCase()}`),
  );

const figures: Partial<Record<AssetClass, readonly [string, number, string]>> = {
  equity: ['quarterly sales', 12, 'bn'],
  etf: ['weekly inflows', 400, 'm'],
  metal: ['coin sales', 90, 'k'],
  crypto: ['fund inflows', 250, 'm'],
};

/** A number against what was expected of it; `surprise` is relative, e.g. 0.05. Nothing for what has no such numbers. */
export function figureText(instrument: Instrument, surprise: number, bits: number): string | undefined {
  const figure = figures[instrument.assetClass];
  if (!figure) return undefined;
  const [what, usual, unit] = figure;
  const expected = usual * (0.7 + (0.6 * (bits % 1000)) / 1000);
  const [actual, forecast] = [expected * (1 + surprise), expected].map((value) => `${value.toFixed(1)}${unit}`);
  return `${subjectOf(instrument)} ${what} ${actual} vs ${forecast} expected`;
}

const amount = ({ unit }: EconomicEvent, value: number) =>
  unit === '%' ? `${value}%` : Math.abs(value) >= 1_000 ? `${value / 1_000}k` : `${value}`;

/** A release as a wire would report it. */
export function releaseText(event: EconomicEvent): string | undefined {
  const { actual, forecast, previous, name, currency } = event;
  const area = currencies[currency];
  if (!area || actual === undefined || forecast === undefined) return undefined;
  if (name !== 'Interest Rate Decision' || previous === undefined) {
    return `${area.place} ${name} ${amount(event, actual)} vs ${amount(event, forecast)} expected`;
  }
  const verb = actual > previous ? 'raises rates to' : actual < previous ? 'cuts rates to' : 'keeps rates at';
  return `${area.bank} ${verb} ${actual}% vs ${forecast}% expected`;
}
