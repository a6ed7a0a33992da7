import { AppError } from './errors.ts';

/** Exact amounts: a bigint count of billionths, so <, === and Map keys mean what they say. */
declare const unit: unique symbol;
/** In the quote currency, for one unit of the instrument. */
export type Price = bigint & { readonly [unit]: 'Price' };
/** Units of the instrument (base currency, shares, coins); always positive, the side is said apart. */
export type Quantity = bigint & { readonly [unit]: 'Quantity' };
/** Price × quantity, still in the instrument's quote currency. */
export type Notional = bigint & { readonly [unit]: 'Notional' };
/** The quote currency's worth in the account's. */
export type Rate = bigint & { readonly [unit]: 'Rate' };
/** In the account's currency: the only amount a limit is written in. */
export type Money = bigint & { readonly [unit]: 'Money' };
export type Amount = Price | Quantity | Notional | Rate | Money;

export const ONE = 1_000_000_000n;
const DIGITS = 9;
const pattern = /^([+-]?)(\d+)(?:\.(\d{1,9}))?$/;

/** Reads plain decimal text. Throws `invalid_input` for anything else (exponents, a tenth decimal, blanks). */
export function parseAmount<A extends Amount>(text: string): A {
  const match = pattern.exec(text.trim());
  if (!match) throw new AppError('invalid_input', `"${text}" is not a decimal number with at most 9 decimals.`);
  const [, sign, whole = '0', fraction = ''] = match;
  const size = BigInt(whole) * ONE + BigInt(fraction.padEnd(DIGITS, '0'));
  return (sign === '-' ? -size : size) as A;
}

/** Shortest decimal text, no exponent, no trailing zeros; `parseAmount` reads it back unchanged. */
export function formatAmount(amount: Amount | bigint): string {
  const size = amount < 0n ? -amount : amount;
  const fraction = (size % ONE).toString().padStart(DIGITS, '0').replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${size / ONE}${fraction ? `.${fraction}` : ''}`;
}

export const price = (text: string) => parseAmount<Price>(text);
export const quantity = (text: string) => parseAmount<Quantity>(text);
export const money = (text: string) => parseAmount<Money>(text);
export const rate = (text: string) => parseAmount<Rate>(text);

/** From an observed number to the nearest billionth. Throws `invalid_input` when it is not finite or beyond 1e15. */
export function amountOf<A extends Amount>(value: number): A {
  if (!Number.isFinite(value) || Math.abs(value) > 1e15) {
    throw new AppError('invalid_input', `${value} cannot be an amount.`);
  }
  const whole = Math.trunc(value);
  return (BigInt(whole) * ONE + BigInt(Math.round((value - whole) * 1e9))) as A;
}

/** For statistics and charts only; never back into a ledger. */
export function toNumber(amount: Amount | bigint): number {
  return Number(amount / ONE) + Number(amount % ONE) / 1e9;
}

/** a / b, half to even, so that repeated conversions do not drift one way. */
export function divideRounded(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new AppError('internal', 'Division of an amount by zero.');
  const negative = a < 0n !== b < 0n;
  const dividend = a < 0n ? -a : a;
  const divisor = b < 0n ? -b : b;
  const whole = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && whole % 2n === 1n);
  const size = up ? whole + 1n : whole;
  return negative ? -size : size;
}

export const notional = (at: Price, size: Quantity) => divideRounded(at * size, ONE) as Notional;
export const convert = (amount: Notional, at: Rate) => divideRounded(amount * at, ONE) as Money;
/** amount × factor, where factor is an observed ratio such as 0.01. */
export const scale = <A extends Amount>(amount: A, factor: number) =>
  divideRounded(amount * amountOf<Rate>(factor), ONE) as A;

export type Rounding = 'down' | 'up' | 'nearest';

/** To a whole multiple of `step` (a tick or a lot). 'down' is towards zero, 'up' away from it. */
export function roundToStep<A extends Amount>(amount: A, step: A, rounding: Rounding): A {
  if (step <= 0n) throw new AppError('internal', 'A step must be positive.');
  const size: bigint = amount;
  const unit: bigint = step;
  if (rounding === 'nearest') return (divideRounded(size, unit) * unit) as A;
  const down = (size / unit) * unit;
  if (rounding === 'down' || down === size) return down as A;
  return (size < 0n ? down - unit : down + unit) as A;
}

export const absolute = <A extends Amount>(amount: A) => (amount < 0n ? -(amount as bigint) : amount) as A;
export const least = <A extends Amount>(...amounts: [A, ...A[]]) => amounts.reduce((a, b) => (b < a ? b : a));
export const greatest = <A extends Amount>(...amounts: [A, ...A[]]) => amounts.reduce((a, b) => (b > a ? b : a));
export const sum = <A extends Amount>(amounts: readonly A[]) => amounts.reduce<bigint>((a, b) => a + b, 0n) as A;
export const add = <A extends Amount>(a: A, b: A) => ((a as bigint) + (b as bigint)) as A;
export const subtract = <A extends Amount>(a: A, b: A) => ((a as bigint) - (b as bigint)) as A;
export const zero = <A extends Amount>() => 0n as A;
