import type { MacroFrequency } from '../../domain/macro.ts';
import { DAY, type Timestamp } from '../../domain/time.ts';

const economies: readonly [RegExp, string][] = [
  [/\bEuro Area\b|\bGermany\b|\bFrance\b|\bItaly\b|\bSpain\b/i, 'EUR'],
  [/\bUnited Kingdom\b/i, 'GBP'],
  [/\bJapan\b/i, 'JPY'],
  [/\bSwitzerland\b/i, 'CHF'],
  [/\bAustralia\b/i, 'AUD'],
  [/\bCanada\b/i, 'CAD'],
  [/\bNew Zealand\b/i, 'NZD'],
];

/** The economy that a title of FRED names; without a name it is the United States'. */
export const currencyOf = (title: string) => economies.find(([name]) => name.test(title))?.[1] ?? 'USD';

/** Days from the start of a period to when its value is surely out, later than nearly every office takes. */
const latestDays: Record<MacroFrequency, number> = {
  daily: 5,
  weekly: 21,
  monthly: 92,
  quarterly: 184,
  annual: 730,
  irregular: 730,
};

/** When a value was released, for a source that does not say: late rather than early. */
export const cautiousRelease = (frequency: MacroFrequency, period: Timestamp): Timestamp =>
  period + latestDays[frequency] * DAY;
