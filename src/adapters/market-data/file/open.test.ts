import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../../../domain/instruments.ts';
import { HOUR, toIso } from '../../../domain/time.ts';
import { readBarsFile } from '../file.ts';
import { openBarsFile } from './open.ts';
import { plainFile } from './plain.ts';
import { symbolOfName } from './symbol-of-name.ts';

const memoryBytes = (bytes: Uint8Array) => ({
  size: bytes.length,
  read: async (from: number, to: number) => bytes.subarray(from, to),
});

const receiveTime = Date.UTC(2026, 0, 2);
const START = Date.UTC(2025, 5, 16);

/** As a large file is read: a head of a few rows, then pieces of a few rows. */
async function inPieces(content: string | Uint8Array, symbol: string, sizes = { head: 900, block: 257 }) {
  async function* chunks() {
    yield Buffer.from(content);
  }
  const plain = await plainFile(chunks());
  const bytes = memoryBytes(Buffer.concat(await Array.fromAsync(plain.bytes)));
  const options = { receiveTime, timeZone: 'UTC' };
  const opened = await openBarsFile(bytes, plain, requireInstrument(symbol), options, sizes);
  const batches = await Array.fromAsync(opened.batches());
  const bars = batches.flatMap((each) => each.bars);
  return { opened, batches, bars, defects: batches.flatMap((each) => each.defects) };
}
const atOnce = (content: string | Uint8Array, symbol: string) =>
  readBarsFile(Buffer.from(content), { symbol, receiveTime, timeZone: 'UTC' });

const stamp = (i: number) =>
  toIso(START + i * HOUR)
    .slice(0, 16)
    .replace('T', ' ');
const row = (i: number) => `${stamp(i)},${1.1 + i / 1e4},1.2,1.0,${1.1 + i / 2e4},${i}`;
const header = 'time,open,high,low,close,volume';
const numbers = Array.from({ length: 300 }, (_, i) => i);
const plain = [header, ...numbers.map(row)].join('\n');

describe('a file that is longer than its head', () => {
  it.each<[string, string | Uint8Array]>([
    ['rows under a header', plain],
    ['lines that end in CR LF', plain.replaceAll('\n', '\r\n')],
    ['lines that end in CR', plain.replaceAll('\n', '\r')],
    ['UTF-16 with tabs', Buffer.from(`\ufeff${plain.replaceAll(',', '\t')}`, 'utf16le')],
    ['quoted cells', plain.replaceAll(/^([^,]*),/gm, '"$1",')],
    ['a banner, newest first', ['From a vendor', header, ...numbers.map(row).reverse()].join('\n')],
    ['a banner, newest first, CR LF', ['From a vendor', header, ...numbers.map(row).reverse()].join('\r\n')],
    [
      'ticks',
      ['time,bid,ask', ...numbers.map((i) => `${toIso(START + i * 7_000)},${1 + i / 1e4},${1.1 + i / 1e4}`)].join('\n'),
    ],
    [
      'JSON lines',
      numbers.map((i) => JSON.stringify({ t: stamp(i), o: 1.1, h: 1.2, l: 1, c: 1 + i / 1e4, v: i })).join('\n'),
    ],
  ])('%s is read as if it were read at once', async (name, content) => {
    const { opened, batches, bars, defects } = await inPieces(content, 'EURUSD');
    expect(batches.length).toBeGreaterThan(3);
    expect(opened.notices.join(' ')).toContain('from its first');
    expect(defects).toEqual([]);
    if (name === 'JSON lines') expect(bars.map((bar) => bar.volume)).toEqual(numbers);
    else expect(bars).toEqual(atOnce(content, 'EURUSD').bars);
  });

  it('names the line of a row that cannot be read', async () => {
    const lines = plain.split('\n');
    lines[200] = 'what is this';
    const { defects } = await inPieces(lines.join('\n'), 'EURUSD');
    expect(defects).toEqual(atOnce(lines.join('\n'), 'EURUSD').defects);
    expect(defects).toMatchObject([{ row: 201 }]);
  });

  it('takes the rows of a symbol that begins far behind the head', async () => {
    const of = (symbol: string, price: number) =>
      numbers.map((i) => `${symbol},${stamp(i)},${price},${price + 2},${price - 2},${price + 1},5`);
    const content = [`symbol,${header}`, ...of('AAPL', 200), ...of('MSFT', 400)].join('\n');
    const { bars } = await inPieces(content, 'MSFT');
    expect(bars).toHaveLength(300);
    expect(bars).toEqual(atOnce(content, 'MSFT').bars);
    await expect(inPieces(content, 'TSLA')).rejects.toThrow('its symbols are AAPL, MSFT');
  });

  it('in an old one-byte encoding is still text', async () => {
    const german = ['Zeit;Eröffnung;Hoch;Tief;Schluss', ...numbers.map((i) => `${stamp(i)};1,1;1,2;1,0;1,15`)].join(
      '\n',
    );
    const { bars } = await inPieces(Buffer.from(german, 'latin1'), 'EURUSD');
    expect(bars).toHaveLength(300);
  });
});

describe('a file name', () => {
  it.each([
    ['EURUSD_1h_2025.csv.gz', 'EURUSD'],
    ['/home/ada/eur-usd.parquet', 'EURUSD'],
    ['BTC_USDT-1m.json', 'BTCUSDT'],
    ['AAPL.csv', 'AAPL'],
    ['BRK-A_1d_2012.csv', 'BRKA'],
    ['prices.csv', undefined],
    ['2025_export.csv', undefined],
  ])('%s says that its bars are of %s', (name, symbol) => {
    expect(symbolOfName(name)).toBe(symbol);
  });
});
