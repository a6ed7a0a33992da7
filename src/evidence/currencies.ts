import { type Instrument, isCurrencyPair } from '../domain/instrument.ts';
import type { EconomicEvent } from '../domain/news.ts';
import { pegged } from '../sentiment/entities.ts';

/** What a stronger economy behind a currency does to the price: sign and share of the effect. */
export interface CurrencyEffect {
  currency: string;
  effect: number;
}

/**
 * Both sides of a pair count fully. Metals and coins are priced in a currency, so its strength weighs on them; shares
 * live on the economy whose currency they are quoted in.
 */
export function currencyEffects(instrument: Pick<Instrument, 'assetClass' | 'base' | 'quote'>): CurrencyEffect[] {
  const quote = pegged(instrument.quote);
  if (isCurrencyPair(instrument)) {
    return [
      { currency: pegged(instrument.base), effect: 1 },
      { currency: quote, effect: -1 },
    ];
  }
  switch (instrument.assetClass) {
    case 'metal':
      return [{ currency: quote, effect: -1 }];
    case 'crypto':
      return [{ currency: quote, effect: -0.5 }];
    default:
      return [{ currency: quote, effect: 0.5 }];
  }
}

export const touchesInstrument = (event: Pick<EconomicEvent, 'currency'>, instrument: Instrument) =>
  currencyEffects(instrument).some(({ currency }) => currency === event.currency);
