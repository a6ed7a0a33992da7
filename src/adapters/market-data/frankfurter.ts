import { z } from 'zod';
import { DAY, parseTime, toIso } from '../../domain/time.ts';
import { baseUrl, receivedBar, type Vendor, vendorCode } from './vendor.ts';

const Rates = z.array(z.looseObject({ date: z.string(), quote: z.string(), rate: z.number() }));

/**
 * Reference rates of the European Central Bank, one a day, keyless. A rate is one price at one moment, so its bar is
 * flat: true ranges still follow from close to close.
 * @see https://frankfurter.dev
 */
export const frankfurter: Vendor = ({ clock, http, settings }) => {
  const base = baseUrl(settings, 'FRANKFURTER', 'https://api.frankfurter.dev');
  return {
    name: 'frankfurter',
    simulated: false,
    assetClasses: ['fx'],
    intervals: ['1d'],
    async bars({ instrument, interval, from, to, signal }) {
      const [own, other] = vendorCode(instrument, 'frankfurter').split('/') as [string, string];
      const query = {
        base: own,
        quotes: other,
        from: toIso(from).slice(0, 10),
        to: toIso(Math.min(to - 1, clock.now())).slice(0, 10),
        providers: 'ecb',
      };
      const rates = await http.getJson({
        url: `${base}/v2/rates`,
        query,
        schema: Rates,
        ...(signal ? { signal } : {}),
      });
      const now = clock.now();
      return rates
        .filter((each) => each.quote.toUpperCase() === other && !isWeekend(parseTime(each.date)))
        .map(({ date, rate }) => ({ openTime: parseTime(date), rate }))
        .filter(({ openTime }) => openTime >= from && openTime < to)
        .sort((a, b) => a.openTime - b.openTime)
        .map(({ openTime, rate }) => {
          const prices = { open: rate, high: rate, low: rate, close: rate, volume: 0 };
          return receivedBar(interval, openTime, prices, now);
        });
    },
  };
};

const isWeekend = (midnight: number) => [0, 6].includes(new Date(midnight + DAY / 2).getUTCDay());
