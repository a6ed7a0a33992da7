import { type Price, price, quantity, toNumber } from '../../domain/decimal.ts';
import type { AssetClass, Instrument } from '../../domain/instrument.ts';
import { currencyPair } from '../../domain/instrument-seed.ts';
import { exchangeShare, exchanges, usShare } from '../../domain/share-seed.ts';
import type { Listings } from '../../ports/market-data.ts';

/** Instruments from vendors' listings: what a listing does not tell is what is usual at its exchange. */

type Exchange = keyof typeof exchanges;

/** Codes of exchanges with a calendar here, as vendors write them: ISO 10383 and plain names. */
const american: Record<string, string> = {
  ...{ XNAS: 'nasdaq', XNGS: 'nasdaq', XNCM: 'nasdaq', XNMS: 'nasdaq', NASDAQ: 'nasdaq' },
  ...{ XNYS: 'nyse', NYSE: 'nyse', XASE: 'amex', AMEX: 'amex', ARCX: 'arca', ARCA: 'arca', NYSEARCA: 'arca' },
  ...{ BATS: 'cboe', BZX: 'cboe', CBOE: 'cboe', US: 'us' },
};
const others: Record<string, Exchange> = {
  ...{ XLON: 'lse', L: 'lse', XETR: 'xetra', DE: 'xetra', XJPX: 'tse', XTKS: 'tse', T: 'tse' },
};
/** Tick and spread where the listing tells neither. */
const usual: Record<Exchange, [tick: string, spread: number]> = {
  ...{ lse: ['0.01', 0.1], xetra: ['0.01', 0.02], tse: ['0.5', 1] },
};

export interface ListedShare {
  /** As the exchange writes it, e.g. `BRK.B`, `7203`. */
  code: string;
  name: string;
  /** As the vendor writes it. */
  exchange: string;
  isFund?: boolean;
  shortable?: boolean;
}

/** A share of an exchange whose calendar is here, or undefined. */
export function listedShare({ code, name, exchange, isFund, shortable = true }: ListedShare): Instrument | undefined {
  const assetClass: AssetClass = isFund ? 'etf' : 'equity';
  const venue = american[exchange];
  if (venue !== undefined) return { ...usShare(code.replace(/[-/ ]/, '.'), name, assetClass, venue), shortable };
  const other = others[exchange];
  if (other === undefined) return undefined;
  return { ...exchangeShare(exchanges[other], code, name, ...usual[other]), assetClass, shortable };
}

/** What of these can be used, and why what is listed under exactly the wanted code cannot where nothing else can. */
export function listedShares(vendor: string, wanted: string, shares: readonly ListedShare[]): Listings {
  const instruments = shares.flatMap((each) => listedShare(each) ?? []).slice(0, 10);
  const refused = shares.find((each) => each.code === wanted && !listedShare(each));
  if (!refused || instruments.some(({ symbol }) => symbol.split('.')[0] === wanted)) return { instruments };
  const reason = `${vendor} lists ${wanted} (${refused.name}) on ${refused.exchange}, whose trading hours Conclave does not know; it trades New York, London (.L), Xetra (.DE) and Tokyo (.T).`;
  return { instruments, reason };
}

/** The code alone, without the marks of an exchange: `NASDAQ:SHOP`, `SHOP.US` and `$SHOP` are SHOP, `ADS.DE` is ADS. */
export const plainCode = (spelling: string) =>
  spelling
    .toUpperCase()
    .replace(/^[A-Z][A-Z_]*:/, '')
    .replace(/^\$/, '')
    .replace(/(?:\.(?:US|L|LSE|LON|DE|XETRA|XETR|T|TSE)|:(?:LSE|XETR|JPX))$/, '')
    .replace(/^([A-Z]+)[-/]([A-Z])$/, '$1.$2');

/** A coin with the steps that its market tells. */
export function listedCoin(of: {
  base: string;
  quote: string;
  venue: string;
  tick: string;
  lot: string;
  minQuantity: string;
  codes: Instrument['vendorCodes'];
}): Instrument {
  const tick = price(of.tick);
  return {
    symbol: `${of.base}${of.quote}`,
    name: `${of.base} in ${of.quote === 'USDT' ? 'Tether' : of.quote}`,
    assetClass: 'crypto',
    ...{ base: of.base, quote: of.quote, venue: of.venue, calendar: 'crypto' },
    ...{ tick, pip: tick, lot: quantity(of.lot), minQuantity: quantity(of.minQuantity), contractSize: quantity('1') },
    ...{ marginRate: 0.5, typicalSpread: 2 * toNumber(tick), tradable: true, shortable: false },
    ...{ aliases: [], vendorCodes: of.codes },
  };
}

/** A currency pair with the steps and the margin that a broker tells. */
export function listedPair(of: {
  base: string;
  quote: string;
  tick: Price;
  pip: Price;
  minQuantity: string;
  marginRate: number;
}): Instrument {
  const { base, quote, tick, pip, marginRate } = of;
  const minQuantity = quantity(of.minQuantity);
  const pair = { ...currencyPair(base, quote), tick, pip, lot: minQuantity, minQuantity, marginRate };
  return { ...pair, typicalSpread: Number((3 * toNumber(pip)).toPrecision(6)) };
}
