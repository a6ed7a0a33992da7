import type { Instrument } from '../domain/instrument.ts';
import type { EconomicEvent } from '../domain/news.ts';

/** Stable coins move with the currency that they are pegged to. */
const pegs: Record<string, string> = { USDT: 'USD', USDC: 'USD', BUSD: 'USD', DAI: 'USD', TUSD: 'USD' };

export const pegged = (currency: string) => pegs[currency] ?? currency;

/** The currencies whose news moves the instrument, with the sign of a rise of each on its price. */
export function exposures(instrument: Pick<Instrument, 'base' | 'quote'>): { currency: string; sign: 1 | -1 }[] {
  return [
    { currency: pegged(instrument.base), sign: 1 },
    { currency: pegged(instrument.quote), sign: -1 },
  ];
}

export const touchesInstrument = (event: Pick<EconomicEvent, 'currency'>, instrument: Instrument) =>
  exposures(instrument).some(({ currency }) => currency === event.currency);
