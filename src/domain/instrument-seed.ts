import { price, quantity } from './decimal.ts';
import type { Instrument } from './instrument.ts';
import { exchangeShares, indices, usShares } from './share-seed.ts';

/**
 * The instruments that Conclave knows from the start. Spreads are what retail venues usually show, margin rates what
 * a European retail account needs for FX and metals and Regulation T for US shares: modelled numbers, not offers.
 */

// Quote convention: the currency that stands first here is the base of a pair.
const currencies = ['EUR', 'GBP', 'AUD', 'NZD', 'USD', 'CAD', 'CHF', 'JPY'] as const;

/** Usual spreads in pips. */
const pipSpreads: Record<string, number> = {
  EURUSD: 0.8,
  USDJPY: 0.9,
  GBPUSD: 1.1,
  USDCHF: 1.2,
  AUDUSD: 1.0,
  USDCAD: 1.3,
  NZDUSD: 1.4,
  EURJPY: 1.4,
  EURGBP: 1.1,
  EURCHF: 1.6,
  EURAUD: 2.0,
  EURCAD: 2.0,
  GBPJPY: 2.0,
  AUDJPY: 1.6,
  ...{ USDSEK: 40, EURSEK: 45, USDNOK: 45, EURNOK: 50, USDDKK: 10, USDPLN: 20, EURPLN: 25 },
  ...{ USDSGD: 2.5, USDHKD: 3, USDMXN: 60, USDZAR: 90, USDCNH: 12 },
};

/** Beyond the eight majors: those that retail venues quote most. */
const crosses: [base: string, quote: string][] = [
  ...(['SEK', 'NOK', 'DKK', 'PLN', 'SGD', 'HKD', 'MXN', 'ZAR', 'CNH'] as const).map((quote): [string, string] => [
    'USD',
    quote,
  ]),
  ...(['SEK', 'NOK', 'PLN'] as const).map((quote): [string, string] => ['EUR', quote]),
];

const nicknames: Record<string, string[]> = {
  EURUSD: ['FIBER', 'EURODOLLAR'],
  GBPUSD: ['CABLE'],
  USDJPY: ['JPY=X', 'NINJA'],
  USDCAD: ['CAD=X', 'LOONIE'],
  USDCHF: ['CHF=X', 'SWISSIE'],
  AUDUSD: ['AUSSIE'],
  NZDUSD: ['KIWI'],
};

const isMajor = (currency: string) => currencies.some((each) => each === currency);

export function currencyPair(base: string, quote: string): Instrument {
  const symbol = `${base}${quote}`;
  const yen = quote === 'JPY';
  return {
    symbol,
    name: `${base}/${quote}`,
    assetClass: 'fx',
    base,
    quote,
    venue: 'otc',
    calendar: 'fx',
    tick: price(yen ? '0.001' : '0.00001'),
    lot: quantity('1000'),
    minQuantity: quantity('1000'),
    pip: price(yen ? '0.01' : '0.0001'),
    contractSize: quantity('100000'),
    marginRate: symbol.includes('USD') && isMajor(quote) ? 0.0333 : 0.05,
    typicalSpread: round((pipSpreads[symbol] ?? 2.5) * (yen ? 0.01 : 0.0001)),
    tradable: true,
    shortable: true,
    aliases: nicknames[symbol] ?? [],
    vendorCodes: {
      yahoo: `${symbol}=X`,
      oanda: `${base}_${quote}`,
      // The European Central Bank publishes the onshore yuan only.
      ...(quote === 'CNH' ? {} : { frankfurter: `${base}/${quote}` }),
    },
  };
}

function metal(
  base: string,
  name: string,
  tick: string,
  spread: number,
  marginRate: number,
  ounces: string,
): Instrument {
  const symbol = `${base}USD`;
  return {
    symbol,
    name,
    assetClass: 'metal',
    base,
    quote: 'USD',
    venue: 'otc',
    calendar: 'fx',
    tick: price(tick),
    lot: quantity('1'),
    minQuantity: quantity('1'),
    pip: price(base === 'XAU' ? '0.1' : '0.01'),
    contractSize: quantity(ounces),
    marginRate,
    typicalSpread: spread,
    tradable: true,
    shortable: true,
    aliases: base === 'XAU' ? ['GOLD', 'XAU'] : ['SILVER', 'XAG'],
    vendorCodes: { oanda: `${base}_USD` },
  };
}

/** The euro future of CME, in euros: one contract is 125,000. */
const euroFuture: Instrument = {
  symbol: '6E',
  name: 'Euro FX future',
  assetClass: 'future',
  base: 'EUR',
  quote: 'USD',
  venue: 'cme',
  calendar: 'cme-fx',
  tick: price('0.00005'),
  lot: quantity('125000'),
  minQuantity: quantity('125000'),
  pip: price('0.0001'),
  contractSize: quantity('125000'),
  marginRate: 0.025,
  typicalSpread: 0.00005,
  tradable: true,
  shortable: true,
  aliases: ['6E1!', 'EC=F'],
  vendorCodes: { yahoo: '6E=F' },
};

/** base, name, tick, lot, usual spread, and the quotes it has here. */
const coins: [string, string, string, string, number, ('USDT' | 'USD')[]][] = [
  ['BTC', 'Bitcoin', '0.01', '0.00001', 4, ['USDT', 'USD']],
  ['ETH', 'Ethereum', '0.01', '0.0001', 0.3, ['USDT', 'USD']],
  ['SOL', 'Solana', '0.01', '0.001', 0.04, ['USDT', 'USD']],
  ['BNB', 'BNB', '0.01', '0.001', 0.15, ['USDT']],
  ['XRP', 'XRP', '0.0001', '0.1', 0.0004, ['USDT']],
  ['ADA', 'Cardano', '0.0001', '0.1', 0.0003, ['USDT']],
  ['DOGE', 'Dogecoin', '0.00001', '1', 0.00005, ['USDT']],
  ['AVAX', 'Avalanche', '0.01', '0.01', 0.02, ['USDT']],
  ['LINK', 'Chainlink', '0.01', '0.01', 0.02, ['USDT']],
  ['DOT', 'Polkadot', '0.001', '0.01', 0.004, ['USDT']],
  ['LTC', 'Litecoin', '0.01', '0.001', 0.05, ['USDT']],
  ['TRX', 'TRON', '0.0001', '0.1', 0.0001, ['USDT']],
];

function coinPair([base, name, tick, lot, spread]: (typeof coins)[number], quote: 'USDT' | 'USD'): Instrument {
  const symbol = `${base}${quote}`;
  return {
    symbol,
    name: `${name} in ${quote === 'USD' ? 'US dollars' : 'Tether'}`,
    assetClass: 'crypto',
    base,
    quote,
    venue: quote === 'USD' ? 'coinbase' : 'binance',
    calendar: 'crypto',
    tick: price(tick),
    lot: quantity(lot),
    minQuantity: quantity(lot),
    pip: price(tick),
    contractSize: quantity('1'),
    marginRate: 0.5,
    typicalSpread: spread,
    tradable: true,
    shortable: false,
    aliases: quote === 'USD' && base === 'BTC' ? ['XBTUSD', 'XBT/USD'] : [],
    vendorCodes:
      quote === 'USD'
        ? { yahoo: `${base}-USD`, alpaca: `${base}/USD` }
        : {
            binance: symbol,
            ...(['BTC', 'ETH', 'SOL', 'LTC', 'LINK'].includes(base) ? { alpaca: `${base}/USDT` } : {}),
          },
  };
}

// Binary noise such as 0.00007999999 would show on screens and in records.
function round(value: number): number {
  return Number(value.toFixed(9));
}

export const instruments: readonly Instrument[] = [
  ...currencies.flatMap((base, i) => currencies.slice(i + 1).map((quote) => currencyPair(base, quote))),
  metal('XAU', 'Gold (troy ounce)', '0.01', 0.3, 0.05, '100'),
  metal('XAG', 'Silver (troy ounce)', '0.001', 0.02, 0.1, '5000'),
  ...coins.flatMap((coin) => coin[5].map((quote) => coinPair(coin, quote))),
  ...usShares,
  ...indices,
  ...crosses.map(([base, quote]) => currencyPair(base, quote)),
  euroFuture,
  ...exchangeShares,
];
