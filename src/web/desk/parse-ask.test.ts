import { describe, expect, it } from 'vitest';
import { parseAsk } from './parse-ask.ts';

describe('the ask bar', () => {
  it.each([
    ['analyze EURUSD', { symbol: 'EURUSD' }],
    ['Analyse eur/usd 4h please', { symbol: 'eur/usd', interval: '4h' }],
    ['BTC-USD?', { symbol: 'BTC-USD' }],
    ['what about AAPL on daily', { symbol: 'AAPL', interval: '1d' }],
    ['should I buy XAUUSD H4?', { symbol: 'XAUUSD', interval: 'H4' }],
    ['^GSPC 1d', { symbol: '^GSPC', interval: '1d' }],
    ['EURUSD=X M15', { symbol: 'EURUSD=X', interval: 'M15' }],
  ])('reads "%s"', (text, ask) => expect(parseAsk(text)).toEqual(ask));

  it('asks for an instrument when none is named', () => {
    expect(parseAsk('analyze 4h')).toEqual({ problem: 'Name an instrument, such as EURUSD.' });
    expect(parseAsk('  ')).toHaveProperty('problem');
  });

  it('asks which one is meant when several are named', () => {
    expect(parseAsk('analyze EURUSD GBPUSD')).toHaveProperty('problem', expect.stringContaining('EURUSD or GBPUSD'));
  });
});
