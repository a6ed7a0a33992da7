import { price, quantity } from './decimal.ts';
import type { AssetClass, Instrument } from './instrument.ts';

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
};

const nicknames: Record<string, string[]> = {
  EURUSD: ['FIBER', 'EURODOLLAR'],
  GBPUSD: ['CABLE'],
  USDJPY: ['JPY=X', 'NINJA'],
  USDCAD: ['CAD=X', 'LOONIE'],
  USDCHF: ['CHF=X', 'SWISSIE'],
  AUDUSD: ['AUSSIE'],
  NZDUSD: ['KIWI'],
};

function currencyPair(base: string, quote: string): Instrument {
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
    marginRate: symbol.includes('USD') ? 0.0333 : 0.05,
    typicalSpread: round((pipSpreads[symbol] ?? 2.5) * (yen ? 0.01 : 0.0001)),
    tradable: true,
    shortable: true,
    aliases: nicknames[symbol] ?? [],
    vendorCodes: { yahoo: `${symbol}=X`, frankfurter: `${base}/${quote}`, oanda: `${base}_${quote}` },
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

const shares: [string, string, AssetClass, string, number, string[]][] = [
  ['AAPL', 'Apple', 'equity', 'nasdaq', 0.02, ['APPLE']],
  ['MSFT', 'Microsoft', 'equity', 'nasdaq', 0.03, ['MICROSOFT']],
  ['NVDA', 'NVIDIA', 'equity', 'nasdaq', 0.02, ['NVIDIA']],
  ['GOOGL', 'Alphabet (class A)', 'equity', 'nasdaq', 0.02, ['ALPHABET']],
  ['GOOG', 'Alphabet (class C)', 'equity', 'nasdaq', 0.02, []],
  ['AMZN', 'Amazon', 'equity', 'nasdaq', 0.02, ['AMAZON']],
  ['META', 'Meta Platforms', 'equity', 'nasdaq', 0.05, ['FB']],
  ['TSLA', 'Tesla', 'equity', 'nasdaq', 0.04, ['TESLA']],
  ['AMD', 'Advanced Micro Devices', 'equity', 'nasdaq', 0.02, []],
  ['AVGO', 'Broadcom', 'equity', 'nasdaq', 0.05, ['BROADCOM']],
  ['NFLX', 'Netflix', 'equity', 'nasdaq', 0.05, ['NETFLIX']],
  ['INTC', 'Intel', 'equity', 'nasdaq', 0.01, ['INTEL']],
  ['JPM', 'JPMorgan Chase', 'equity', 'nyse', 0.03, ['JPMORGAN']],
  ['BRKA', 'Berkshire Hathaway (class A)', 'equity', 'nyse', 400, []],
  ['BRKB', 'Berkshire Hathaway (class B)', 'equity', 'nyse', 0.06, ['BERKSHIRE']],
  ['XOM', 'Exxon Mobil', 'equity', 'nyse', 0.01, ['EXXON']],
  ['WMT', 'Walmart', 'equity', 'nyse', 0.01, ['WALMART']],
  ['JNJ', 'Johnson & Johnson', 'equity', 'nyse', 0.02, []],
  ['V', 'Visa', 'equity', 'nyse', 0.04, ['VISA']],
  ['KO', 'Coca-Cola', 'equity', 'nyse', 0.01, ['COCACOLA']],
  ['SPY', 'SPDR S&P 500 ETF', 'etf', 'arca', 0.01, []],
  ['QQQ', 'Invesco QQQ', 'etf', 'nasdaq', 0.01, []],
  ['IWM', 'iShares Russell 2000 ETF', 'etf', 'arca', 0.01, []],
  ['DIA', 'SPDR Dow Jones ETF', 'etf', 'arca', 0.03, []],
  ['GLD', 'SPDR Gold Shares', 'etf', 'arca', 0.01, []],
  ['TLT', 'iShares 20+ Year Treasury ETF', 'etf', 'nasdaq', 0.01, []],
];

function share([symbol, name, assetClass, venue, typicalSpread, aliases]: (typeof shares)[number]): Instrument {
  const dashed = symbol.replace(/^BRK([AB])$/, 'BRK-$1');
  const dotted = dashed.replace('-', '.');
  return {
    ...dollarShare(symbol, name, assetClass, venue),
    typicalSpread,
    aliases,
    vendorCodes: {
      ...{ yahoo: dashed, alphavantage: dashed },
      ...{ alpaca: dotted, polygon: dotted, finnhub: dotted, twelvedata: dotted },
    },
  };
}

const indices: [string, string, string, number, string[]][] = [
  ['SPX', 'S&P 500', '^GSPC', 0.5, ['US500', 'SP500', 'S&P500', 'S&P', 'GSPC', 'SPX500', 'US500.CASH']],
  ['NDX', 'Nasdaq 100', '^NDX', 1.5, ['US100', 'NAS100', 'NASDAQ100', 'USTEC', 'NASDAQ']],
  ['DJI', 'Dow Jones Industrial Average', '^DJI', 2.5, ['US30', 'DJIA', 'DOW', 'DOWJONES', 'WS30']],
];

function index([symbol, name, yahoo, typicalSpread, aliases]: (typeof indices)[number]): Instrument {
  const shape = dollarShare(symbol, name, 'index', 'index');
  return { ...shape, marginRate: 1, typicalSpread, tradable: false, shortable: false, aliases, vendorCodes: { yahoo } };
}

function dollarShare(symbol: string, name: string, assetClass: AssetClass, venue: string): Instrument {
  return {
    symbol,
    name,
    assetClass,
    base: symbol,
    quote: 'USD',
    venue,
    calendar: 'us-equity',
    tick: price('0.01'),
    lot: quantity('1'),
    minQuantity: quantity('1'),
    pip: price('0.01'),
    contractSize: quantity('1'),
    marginRate: 0.5,
    typicalSpread: 0.02,
    tradable: true,
    shortable: true,
    aliases: [],
    vendorCodes: {},
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
  ...shares.map(share),
  ...indices.map(index),
];
