import { z } from 'zod';
import { price } from '../../domain/decimal.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Http } from '../../ports/http.ts';
import type { Listings } from '../../ports/market-data.ts';
import { type ListedShare, listedCoin, listedPair, listedShares, plainCode } from './listing.ts';
import { decimalText } from './vendor.ts';

/** How a vendor is asked what it lists under a name. */
interface Asked {
  http: Http;
  base: string;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

const none: Listings = { instruments: [] };
const part = ({ headers, signal }: Asked) => ({ ...(headers ? { headers } : {}), ...(signal ? { signal } : {}) });
const isFundName = (name: string) => /\b(?:ETF|ETN|fund)\b/i.test(name);

const Filter = z.looseObject({
  filterType: z.string(),
  ...{ tickSize: z.string().optional(), stepSize: z.string().optional(), minQty: z.string().optional() },
});
const Coin = z.looseObject({
  ...{ symbol: z.string(), status: z.string(), baseAsset: z.string(), quoteAsset: z.string() },
  filters: z.array(Filter),
});
const ExchangeInfo = z.union([z.looseObject({ symbols: z.array(Coin) }), z.looseObject({ code: z.number() })]);

/** Quote assets whose worth in an account's currency a pair of the registry tells. */
const convertible = new Set(['USDT', 'USDC', 'USD', 'EUR', 'GBP', 'JPY', 'AUD', 'PLN', 'ZAR', 'MXN']);
/** All that it quotes in: nothing else can be a market of its, and the code of a share is not worth a call. */
const pairLike = new RegExp(`..(?:${[...convertible, 'BTC', 'ETH', 'BNB', 'FDUSD', 'TRY', 'BRL'].join('|')})$`);

/** @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information */
export async function binanceListings(name: string, asked: Asked): Promise<Listings> {
  const symbol = name.replace(/^[A-Z]+:/, '').replace(/[^A-Z0-9]/g, '');
  if (!pairLike.test(symbol)) return none;
  const url = `${asked.base}/api/v3/exchangeInfo`;
  // A name that it does not have is a bad request to it.
  const query = { symbol };
  const answer = await asked.http.getJson({ url, query, schema: ExchangeInfo, readStatuses: [400], ...part(asked) });
  if (!('symbols' in answer)) return none;
  const { symbols } = answer as { symbols: z.output<typeof Coin>[] };
  const [coin] = symbols.filter((each) => each.symbol === symbol);
  if (!coin || convertible.has(coin.quoteAsset)) return { instruments: coin ? binanceCoin(coin) : [] };
  const reason = `binance lists ${symbol} in ${coin.quoteAsset}, of which Conclave knows no rate; name its pair with USDT.`;
  return { ...none, reason };
}

function binanceCoin({ symbol, status, baseAsset, quoteAsset, filters }: z.output<typeof Coin>): Instrument[] {
  const of = (type: string) => filters.find((each) => each.filterType === type);
  const tick = of('PRICE_FILTER')?.tickSize;
  const { stepSize: lot, minQty: minQuantity } = of('LOT_SIZE') ?? {};
  if (status !== 'TRADING' || !tick || !lot || !minQuantity || !(Number(tick) > 0 && Number(lot) > 0)) return [];
  const codes = { binance: symbol };
  return [listedCoin({ base: baseAsset, quote: quoteAsset, venue: 'binance', tick, lot, minQuantity, codes })];
}

const Asset = z.looseObject({
  ...{ class: z.string(), exchange: z.string(), symbol: z.string(), name: z.string(), status: z.string() },
  ...{ tradable: z.boolean(), shortable: z.boolean() },
});

/** Its trading address, with the same key as its prices. @see https://docs.alpaca.markets/reference/get-v2-assets-symbol_or_asset_id */
export async function alpacaListings(name: string, asked: Asked): Promise<Listings> {
  const code = plainCode(name);
  const url = `${asked.base}/v2/assets/${encodeURIComponent(code)}`;
  const asset = await asked.http.getJson({ url, schema: Asset, ...part(asked) }).catch((failure: unknown) => {
    if (failure instanceof AppError && failure.code === 'not_found') return undefined;
    throw failure;
  });
  if (asset?.class !== 'us_equity' || asset.status !== 'active' || !asset.tradable) return none;
  const { symbol, exchange, shortable } = asset;
  return listedShares('alpaca', code, [
    { code: symbol, name: asset.name, exchange, shortable, isFund: isFundName(asset.name) },
  ]);
}

const Tickers = z.looseObject({
  results: z
    .array(
      z.looseObject({
        ...{ ticker: z.string(), name: z.string(), market: z.string(), locale: z.string() },
        ...{ primary_exchange: z.string().optional(), type: z.string().optional(), active: z.boolean().optional() },
      }),
    )
    .optional(),
});

/** @see https://polygon.io/docs/rest/stocks/tickers/all-tickers */
export async function polygonListings(name: string, asked: Asked): Promise<Listings> {
  const code = plainCode(name);
  const query = { ticker: code, market: 'stocks', active: 'true', limit: 10 };
  const url = `${asked.base}/v3/reference/tickers`;
  const { results = [] } = await asked.http.getJson({ url, query, schema: Tickers, ...part(asked) });
  const shares = results
    .filter((each) => each.market === 'stocks' && each.active !== false)
    .map(({ ticker, name, primary_exchange = 'its own venue', type = '' }): ListedShare => {
      return { code: ticker, name, exchange: primary_exchange, isFund: /^ET/.test(type) };
    });
  return listedShares('polygon', code, shares);
}

const Found = z.looseObject({
  result: z.array(z.looseObject({ description: z.string(), symbol: z.string(), type: z.string() })),
});

/** @see https://finnhub.io/docs/api/symbol-search */
export async function finnhubListings(name: string, asked: Asked): Promise<Listings> {
  const code = plainCode(name);
  const url = `${asked.base}/api/v1/search`;
  const { result } = await asked.http.getJson({ url, query: { q: code }, schema: Found, ...part(asked) });
  const shares = result
    .filter(({ type }) => /^(?:Common Stock|ADR|ETP|ETF|REIT|Preference)$/i.test(type))
    .map(({ description, symbol, type }): ListedShare => {
      // A suffix is an exchange (VOD.L) unless it is a class of an American share (BRK.B).
      const suffix = /\.([A-Z]+)$/.exec(symbol)?.[1];
      const abroad = suffix !== undefined && !/^[A-K]$/.test(suffix);
      const isFund = /^ET/i.test(type);
      return abroad
        ? { code: symbol.slice(0, -suffix.length - 1), name: description, exchange: suffix, isFund }
        : { code: symbol, name: description, exchange: 'US', isFund };
    });
  return listedShares('finnhub', code, shares);
}

const Search = z.looseObject({
  data: z
    .array(
      z.looseObject({
        ...{ symbol: z.string(), instrument_name: z.string(), instrument_type: z.string() },
        ...{ exchange: z.string(), mic_code: z.string() },
      }),
    )
    .optional(),
});

/** @see https://twelvedata.com/docs#symbol-search */
export async function twelvedataListings(name: string, asked: Asked): Promise<Listings> {
  const code = plainCode(name);
  const url = `${asked.base}/symbol_search`;
  const query = { symbol: code, outputsize: 30 };
  const { data = [] } = await asked.http.getJson({ url, query, schema: Search, ...part(asked) });
  const shares = data
    .filter(({ instrument_type }) => /stock|etf|depositary|reit/i.test(instrument_type))
    .map(({ symbol, instrument_name, mic_code, instrument_type }): ListedShare => {
      return { code: symbol, name: instrument_name, exchange: mic_code, isFund: /etf/i.test(instrument_type) };
    });
  return listedShares('twelvedata', code, shares);
}

const AccountInstruments = z.looseObject({
  instruments: z.array(
    z.looseObject({
      ...{ name: z.string(), type: z.string(), displayName: z.string() },
      ...{ pipLocation: z.number().int(), displayPrecision: z.number().int() },
      ...{ minimumTradeSize: z.string(), marginRate: decimalText },
    }),
  ),
});

/** @see https://developer.oanda.com/rest-live-v20/account-ep/ */
export async function oandaListings(name: string, account: string | undefined, asked: Asked): Promise<Listings> {
  const url = `${asked.base}/v3/accounts/${account}/instruments`;
  const { instruments } = await asked.http.getJson({ url, schema: AccountInstruments, ...part(asked) });
  const code = name.replace(/^[A-Z]+:/, '').replace(/[^A-Z0-9]/g, '');
  const named = instruments.filter((each) => each.name.replace('_', '') === code || each.name.split('_')[0] === code);
  const refused = named.find(({ type }) => type !== 'CURRENCY');
  const pairs = named.filter(({ type }) => type === 'CURRENCY').slice(0, 10);
  const reason = `oanda lists ${refused?.displayName} as a ${refused?.type}, whose trading hours Conclave does not know; it trades its currency pairs.`;
  return {
    instruments: pairs.map(({ name: listed, pipLocation, displayPrecision, minimumTradeSize, marginRate }) => {
      const [base, quote] = listed.split('_') as [string, string];
      const step = (digits: number) =>
        price(digits <= 0 ? (10 ** -digits).toFixed(0) : (10 ** -digits).toFixed(digits));
      const steps = { pip: step(-pipLocation), tick: step(displayPrecision) };
      return listedPair({ base, quote, ...steps, minQuantity: minimumTradeSize, marginRate });
    }),
    ...(refused && pairs.length === 0 ? { reason } : {}),
  };
}
