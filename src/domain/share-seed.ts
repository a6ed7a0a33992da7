import { price, quantity } from './decimal.ts';
import type { AssetClass, CalendarName, Instrument } from './instrument.ts';

/** Shares, funds and indices that Conclave knows from the start; spreads and margin rates as in instrument-seed.ts. */

/** Symbol, name, class, venue, usual spread, aliases. */
const american: [string, string, AssetClass, string, number, string[]][] = [
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
  ['CSCO', 'Cisco', 'equity', 'nasdaq', 0.01, ['CISCO']],
  ['QCOM', 'Qualcomm', 'equity', 'nasdaq', 0.03, ['QUALCOMM']],
  ['SBUX', 'Starbucks', 'equity', 'nasdaq', 0.02, ['STARBUCKS']],
  ['PLTR', 'Palantir', 'equity', 'nasdaq', 0.02, ['PALANTIR']],
  ['IBM', 'IBM', 'equity', 'nyse', 0.06, []],
  ['BA', 'Boeing', 'equity', 'nyse', 0.05, ['BOEING']],
  ['DIS', 'Walt Disney', 'equity', 'nyse', 0.02, ['DISNEY']],
  ['PFE', 'Pfizer', 'equity', 'nyse', 0.01, ['PFIZER']],
  ['CVX', 'Chevron', 'equity', 'nyse', 0.02, ['CHEVRON']],
  ['LLY', 'Eli Lilly', 'equity', 'nyse', 0.4, ['LILLY']],
  ['VOO', 'Vanguard S&P 500 ETF', 'etf', 'arca', 0.02, []],
  ['EEM', 'iShares MSCI Emerging Markets ETF', 'etf', 'arca', 0.01, []],
  ['SLV', 'iShares Silver Trust', 'etf', 'arca', 0.01, []],
  ['XLE', 'Energy Select Sector SPDR', 'etf', 'arca', 0.01, []],
];

function americanShare([
  symbol,
  name,
  assetClass,
  venue,
  typicalSpread,
  aliases,
]: (typeof american)[number]): Instrument {
  const dashed = symbol.replace(/^BRK([AB])$/, 'BRK-$1');
  return {
    ...usShare(dashed.replace('-', '.'), name, assetClass, venue),
    symbol,
    base: symbol,
    typicalSpread,
    aliases,
  };
}

/** A share or fund of a United States exchange by the name that the exchange gives it (`BRK.B`), as vendors call it. */
export function usShare(listed: string, name: string, assetClass: AssetClass, venue: string): Instrument {
  const dashed = listed.replace('.', '-');
  return {
    symbol: listed,
    name,
    assetClass,
    base: listed,
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
    vendorCodes: {
      ...{ yahoo: dashed, alphavantage: dashed },
      ...{ alpaca: listed, polygon: listed, finnhub: listed, twelvedata: listed },
    },
  };
}

interface Exchange {
  venue: string;
  calendar: CalendarName;
  quote: string;
  /** After the dot, as Yahoo and Finnhub write it. */
  suffix: string;
  /** As others write it: `LSE:VOD`, `VOD.LSE`; the first is Twelve Data's. */
  marks: string[];
  /** After the dot at Alpha Vantage, where it has the exchange. */
  alphavantage?: string;
  lot: string;
}

export const exchanges = {
  // London quotes in pence: GBX, a hundredth of GBP.
  lse: {
    venue: 'lse',
    calendar: 'lse',
    quote: 'GBX',
    suffix: 'L',
    marks: ['LSE', 'LON'],
    alphavantage: 'LON',
    lot: '1',
  },
  xetra: {
    ...{ venue: 'xetra', calendar: 'xetra', quote: 'EUR', suffix: 'DE', marks: ['XETR', 'XETRA', 'ETR'] },
    ...{ alphavantage: 'DEX', lot: '1' },
  },
  tse: { venue: 'tse', calendar: 'tse', quote: 'JPY', suffix: 'T', marks: ['JPX', 'TSE', 'TYO'], lot: '100' },
} as const satisfies Record<string, Exchange>;

/** Exchange, its own code, name, tick, usual spread, other names. */
const foreign: [keyof typeof exchanges, string, string, string, number, string[]][] = [
  ['lse', 'VOD', 'Vodafone', '0.02', 0.04, ['VODAFONE']],
  ['lse', 'HSBA', 'HSBC', '0.1', 0.2, ['HSBC']],
  ['lse', 'BP', 'BP', '0.05', 0.1, []],
  ['lse', 'AZN', 'AstraZeneca', '2', 4, ['ASTRAZENECA']],
  ['lse', 'BARC', 'Barclays', '0.05', 0.1, ['BARCLAYS']],
  ['lse', 'ULVR', 'Unilever', '1', 1, ['UNILEVER']],
  // The software house's plain name is a word of the news: rates sap demand.
  ['xetra', 'SAP', 'SAP SE', '0.05', 0.05, []],
  ['xetra', 'SIE', 'Siemens', '0.05', 0.05, ['SIEMENS']],
  ['xetra', 'ALV', 'Allianz', '0.1', 0.1, ['ALLIANZ']],
  ['xetra', 'BMW', 'BMW', '0.02', 0.04, []],
  ['xetra', 'BAS', 'BASF', '0.01', 0.02, ['BASF']],
  ['xetra', 'DTE', 'Deutsche Telekom', '0.01', 0.02, ['TELEKOM']],
  ['tse', '7203', 'Toyota', '0.5', 1, ['TOYOTA']],
  ['tse', '6758', 'Sony', '1', 1, ['SONY']],
  ['tse', '9984', 'SoftBank', '1', 2, ['SOFTBANK']],
  ['tse', '7974', 'Nintendo', '5', 5, ['NINTENDO']],
  ['tse', '8306', 'Mitsubishi UFJ', '0.5', 0.5, []],
  ['tse', '6861', 'Keyence', '10', 10, ['KEYENCE']],
];

/** A share of an exchange outside the United States: `VOD.L`, `SAP.DE`, `7203.T`. */
export function exchangeShare(
  exchange: Exchange,
  code: string,
  name: string,
  tick: string,
  typicalSpread: number,
): Instrument {
  const { venue, calendar, quote, suffix, marks, alphavantage, lot } = exchange;
  const symbol = `${code}.${suffix}`;
  return {
    ...usShare(symbol, name, 'equity', venue),
    ...{ quote, calendar, typicalSpread },
    ...{ tick: price(tick), pip: price(tick), lot: quantity(lot), minQuantity: quantity(lot) },
    aliases: marks.flatMap((mark) => [`${code}.${mark}`, `${mark}:${code}`]),
    vendorCodes: {
      ...{ yahoo: symbol, finnhub: symbol, twelvedata: `${code}:${marks[0]}` },
      ...(alphavantage ? { alphavantage: `${code}.${alphavantage}` } : {}),
    },
  };
}

/** Symbol, name, Yahoo's code, usual spread, aliases; then where it is not American: quote and calendar. */
const indexRows: [string, string, string, number, string[], string?, CalendarName?][] = [
  ['SPX', 'S&P 500', '^GSPC', 0.5, ['US500', 'SP500', 'S&P500', 'S&P', 'GSPC', 'SPX500', 'US500.CASH']],
  ['NDX', 'Nasdaq 100', '^NDX', 1.5, ['US100', 'NAS100', 'NASDAQ100', 'USTEC', 'NASDAQ']],
  ['DJI', 'Dow Jones Industrial Average', '^DJI', 2.5, ['US30', 'DJIA', 'DOW', 'DOWJONES', 'WS30']],
  ['RUT', 'Russell 2000', '^RUT', 0.5, ['US2000', 'RUSSELL2000']],
  ['VIX', 'CBOE Volatility Index', '^VIX', 0.05, []],
  ['DAX', 'DAX', '^GDAXI', 1.5, ['DAX40', 'GER40', 'DE40', 'GER30', 'DE30'], 'EUR', 'xetra'],
  ['ESTX50', 'Euro Stoxx 50', '^STOXX50E', 1.5, ['EUROSTOXX50', 'STOXX50', 'SX5E', 'EU50'], 'EUR', 'xetra'],
  ['FTSE', 'FTSE 100', '^FTSE', 1, ['FTSE100', 'UK100', 'UKX'], 'GBP', 'lse'],
  ['N225', 'Nikkei 225', '^N225', 7, ['NIKKEI', 'NIKKEI225', 'NI225', 'JP225', 'JPN225'], 'JPY', 'tse'],
];

function index([symbol, name, yahoo, typicalSpread, aliases, quote, calendar]: (typeof indexRows)[number]): Instrument {
  return {
    ...usShare(symbol, name, 'index', 'index'),
    ...(quote && calendar ? { quote, calendar } : {}),
    ...{ marginRate: 1, typicalSpread, tradable: false, shortable: false, aliases, vendorCodes: { yahoo } },
  };
}

export const usShares = american.map(americanShare);
export const indices = indexRows.map(index);
export const exchangeShares = foreign.map(([at, code, name, tick, spread, also]) => {
  const share = exchangeShare(exchanges[at], code, name, tick, spread);
  return { ...share, aliases: [...share.aliases, ...also] };
});
