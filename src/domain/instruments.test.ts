import { describe, expect, it } from 'vitest';
import { toNumber } from './decimal.ts';
import { AppError } from './errors.ts';
import { createRegistry } from './instrument-registry.ts';
import { editDistance, instrumentOf, instruments, requireInstrument, resolveInstrument } from './instruments.ts';
import { usShare } from './share-seed.ts';

const found = (spelling: string) => {
  const resolution = resolveInstrument(spelling);
  return resolution.outcome === 'found' ? resolution.instrument.symbol : resolution;
};

describe('the registry of instruments', () => {
  it('knows at least 110, each under one symbol', () => {
    expect(instruments.length).toBeGreaterThanOrEqual(110);
    expect(new Set(instruments.map((each) => each.symbol)).size).toBe(instruments.length);
    expect(instruments.filter((each) => each.assetClass === 'fx').length).toBeGreaterThanOrEqual(28);
    expect(instruments.filter((each) => each.assetClass === 'crypto').length).toBeGreaterThanOrEqual(12);
  });

  it('gives every field a sensible value', () => {
    for (const each of instruments) {
      expect(each.tick > 0n && each.lot > 0n && each.pip >= each.tick && each.minQuantity >= each.lot).toBe(true);
      expect(each.marginRate > 0 && each.marginRate <= 1).toBe(true);
      expect(each.typicalSpread).toBeGreaterThan(0);
      expect(each.typicalSpread).toBeGreaterThanOrEqual(toNumber(each.tick) * 0.99);
    }
    expect(instrumentOf('USDJPY')).toMatchObject({ pip: 10_000_000n, tick: 1_000_000n, base: 'USD', quote: 'JPY' });
    expect(instrumentOf('EURUSD')).toMatchObject({ pip: 100_000n, tick: 10_000n, typicalSpread: 0.00008 });
    expect(instrumentOf('SPX')?.tradable).toBe(false);
  });

  it.each([
    ['EUR/USD', 'EURUSD'],
    ['EUR_USD', 'EURUSD'],
    ['EUR-USD', 'EURUSD'],
    ['eur usd', 'EURUSD'],
    ['EURUSD=X', 'EURUSD'],
    ['FX:EURUSD', 'EURUSD'],
    ['eurusd', 'EURUSD'],
    [' EURUSD ', 'EURUSD'],
    ['OANDA:EURUSD', 'EURUSD'],
    ['OANDA:EUR_USD', 'EURUSD'],
    ['C:EURUSD', 'EURUSD'],
    ['FX_IDC:EURUSD', 'EURUSD'],
    ['EURUSD.r', 'EURUSD'],
    ['EURUSDm', 'EURUSD'],
    ['EURUSD.pro', 'EURUSD'],
    ['cable', 'GBPUSD'],
    ['JPY=X', 'USDJPY'],
    ['XAU/USD', 'XAUUSD'],
    ['gold', 'XAUUSD'],
    ['XAG', 'XAGUSD'],
    ['BTC-USD', 'BTCUSD'],
    ['BTCUSD', 'BTCUSD'],
    ['X:BTCUSD', 'BTCUSD'],
    ['BTC/USDT', 'BTCUSDT'],
    ['BINANCE:BTCUSDT', 'BTCUSDT'],
    ['btc_usdt', 'BTCUSDT'],
    ['DOGE', 'DOGEUSDT'],
    ['^GSPC', 'SPX'],
    ['US500', 'SPX'],
    ['s&p 500', 'SPX'],
    ['^NDX', 'NDX'],
    ['NAS100', 'NDX'],
    ['US30', 'DJI'],
    ['I:SPX', 'SPX'],
    ['AAPL', 'AAPL'],
    ['NASDAQ:AAPL', 'AAPL'],
    ['aapl.us', 'AAPL'],
    ['$TSLA', 'TSLA'],
    ['BRK.B', 'BRKB'],
    ['BRK-B', 'BRKB'],
    ['apple', 'AAPL'],
    ['^N225', 'N225'],
    ['nikkei', 'N225'],
    ['^GDAXI', 'DAX'],
    ['GER40', 'DAX'],
    ['^FTSE', 'FTSE'],
    ['UK100', 'FTSE'],
    ['^STOXX50E', 'ESTX50'],
    ['^RUT', 'RUT'],
    ['^VIX', 'VIX'],
    ['VOD.L', 'VOD.L'],
    ['vod.lse', 'VOD.L'],
    ['LSE:VOD', 'VOD.L'],
    ['VOD:LSE', 'VOD.L'],
    ['BP.L', 'BP.L'],
    ['SAP.DE', 'SAP.DE'],
    ['XETR:SAP', 'SAP.DE'],
    ['7203.T', '7203.T'],
    ['TSE:7203', '7203.T'],
    ['toyota', '7203.T'],
    ['6E', '6E'],
    ['6E=F', '6E'],
    ['/6E', '6E'],
    ['CME:6E1!', '6E'],
    ['USD/SEK', 'USDSEK'],
  ])('reads %s as %s', (spelling, symbol) => expect(found(spelling)).toBe(symbol));

  it('resolves every symbol and vendor code to its own instrument', () => {
    for (const each of instruments) {
      expect(found(each.symbol)).toBe(each.symbol);
      expect(found(each.symbol.toLowerCase())).toBe(each.symbol);
      for (const code of Object.values(each.vendorCodes)) expect(found(code!)).toBe(each.symbol);
      for (const alias of each.aliases) expect(found(alias)).toBe(each.symbol);
    }
  });

  it('does not take the code of a foreign share for the share: New York may list another under it', () => {
    expect(resolveInstrument('VOD')).toEqual({ outcome: 'unknown', suggestions: expect.arrayContaining(['VOD.L']) });
    expect(resolveInstrument('7203')).toEqual({ outcome: 'unknown', suggestions: expect.arrayContaining(['7203.T']) });
    expect(resolveInstrument('LSE')).toMatchObject({ outcome: 'unknown' });
  });

  it('keeps what a share of another exchange is traded in', () => {
    expect(instrumentOf('VOD.L')).toMatchObject({ quote: 'GBX', calendar: 'lse', tradable: true });
    expect(instrumentOf('7203.T')).toMatchObject({ quote: 'JPY', calendar: 'tse', lot: 100_000_000_000n });
    expect(instrumentOf('6E')).toMatchObject({ assetClass: 'future', calendar: 'cme-fx', lot: 125_000_000_000_000n });
    for (const symbol of ['VIX', 'DAX', 'N225']) expect(instrumentOf(symbol)?.tradable).toBe(false);
  });

  it('asks which one when a coin or a currency has several pairs', () => {
    expect(resolveInstrument('BTC')).toEqual({ outcome: 'ambiguous', candidates: ['BTCUSDT', 'BTCUSD'] });
    expect(resolveInstrument('EUR')).toMatchObject({ outcome: 'ambiguous' });
    expect(resolveInstrument('JPY')).toMatchObject({ outcome: 'ambiguous' });
  });

  it('suggests at most five near symbols for what it does not know, and never guesses', () => {
    const suggestions = (spelling: string) => {
      const resolution = resolveInstrument(spelling);
      return resolution.outcome === 'unknown' ? resolution.suggestions : [];
    };
    expect(suggestions('EURSUD')[0]).toBe('EURUSD');
    expect(suggestions('EURUSDD')).toContain('EURUSD');
    expect(suggestions('USDEUR')[0]).toBe('EURUSD');
    expect(suggestions('APPL')).toContain('AAPL');
    expect(suggestions('ADA-USD')[0]).toBe('ADAUSDT');
    expect(suggestions('EURUSX').length).toBeLessThanOrEqual(5);
    expect(suggestions('ZZZZZZZZZZZZZZ')).toEqual([]);
    expect(resolveInstrument('')).toEqual({ outcome: 'unknown', suggestions: [] });
  });

  it('throws errors that say what to type', () => {
    expect(requireInstrument('eur/usd').symbol).toBe('EURUSD');
    expect(() => requireInstrument('EURSUD')).toThrow(AppError);
    try {
      requireInstrument('EURSUD');
    } catch (failure) {
      expect(failure).toMatchObject({
        code: 'unknown_symbol',
        details: { suggestions: expect.arrayContaining(['EURUSD']) },
      });
    }
    expect(() => requireInstrument('BTC')).toThrow('could be BTCUSDT, BTCUSD');
  });
});

describe('a registry that grows', () => {
  const listed = usShare('BRK.C', 'A third class', 'equity', 'nyse');

  it('knows what was added by its symbol and by its vendor codes', () => {
    const registry = createRegistry(instruments);
    expect(registry.resolve('BRK-C')).toMatchObject({ outcome: 'unknown' });
    expect(registry.add(listed)).toBe(true);
    for (const spelling of ['BRK.C', 'brk-c', 'NYSE:BRK.C']) expect(registry.require(spelling)).toBe(listed);
    expect(registry.list().at(-1)).toBe(listed);
    expect(resolveInstrument('BRK.C')).toMatchObject({ outcome: 'unknown' });
  });

  it('never changes what a spelling meant before', () => {
    const registry = createRegistry(instruments);
    const doge = registry.require('DOGE');
    expect(registry.add({ ...listed, symbol: 'AAPL' })).toBe(false);
    registry.add({ ...listed, symbol: 'OTHER', aliases: ['APPLE', 'GOLD', 'EURUSD'] });
    registry.add({ ...doge, symbol: 'DOGEEUR', quote: 'EUR', vendorCodes: { binance: 'DOGEEUR' } });
    for (const each of instruments) {
      for (const spelling of [each.symbol, ...each.aliases, ...Object.values(each.vendorCodes), each.base]) {
        expect(registry.resolve(spelling!)).toEqual(resolveInstrument(spelling!));
      }
    }
  });
});

describe('editDistance', () => {
  it('counts edits and swaps of neighbours', () => {
    expect(editDistance('EURUSD', 'EURUSD')).toBe(0);
    expect(editDistance('EURSUD', 'EURUSD')).toBe(1);
    expect(editDistance('APPL', 'AAPL')).toBe(1);
    expect(editDistance('', 'SPY')).toBe(3);
  });
});
