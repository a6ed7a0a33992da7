export interface ReleaseValue {
  value: number;
  unit?: string;
}

const written =
  /^[<>~≈]?\s*([+-]?)\s*[$€£¥]?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*(%|k|m|mn|b|bn|t|tn)?(?:\|.*)?$/i;
const exponents: Record<string, number> = { k: 3, m: 6, mn: 6, b: 9, bn: 9, t: 12, tn: 12 };

/**
 * A number as calendars write it: "3.2%" is 3.2 with unit %, "250K" is 250,000, "-0.44T", "<0.75%", "$1.2B". Of an
 * auction's "3.13|1.1" the yield counts; votes such as "0-2-7" and blanks are no number: undefined. Null is what nobody
 * can read.
 */
export function readReleaseValue(text: string): ReleaseValue | undefined | null {
  const trimmed = text.trim();
  if (/^(?:|-|–|n\/a|\d+-\d+-\d+)$/i.test(trimmed)) return undefined;
  const match = written.exec(trimmed.replace('−', '-'));
  if (!match) return null;
  const [, sign, digits, suffix = ''] = match;
  const exponent = exponents[suffix.toLowerCase()] ?? 0;
  // By its decimal text, so that 6.7K is 6700 and no dust; and -0.0 is 0.
  const value = Number(`${sign}${digits!.replaceAll(',', '')}e${exponent}`) + 0;
  return suffix === '%' ? { value, unit: '%' } : { value };
}
