import { bigint, customType } from 'drizzle-orm/pg-core';
import { decodeJson, encodeJson } from '../src/domain/canonical.ts';
import { type Amount, formatAmount, parseAmount } from '../src/domain/decimal.ts';

/**
 * A time: UTC milliseconds as bigint. Not timestamptz, whose text depends on the session's zone and must be parsed per
 * row; in psql, `to_timestamp(open_time / 1000.0)` shows it.
 */
export const time = () => bigint({ mode: 'number' });

/** An exact amount: billionths in memory, numeric(38, 9) in the table. */
export const amount = <A extends Amount>() =>
  customType<{ data: A; driverData: string }>({
    dataType: () => 'numeric(38, 9)',
    toDriver: (value) => formatAmount(value),
    fromDriver: (text) => parseAmount<A>(text),
  })();

/**
 * A whole value as the text that `encodeJson` wrote. Text, not jsonb: every byte returns as it was, so hashes hold, and
 * a NUL in a headline stays an escape that jsonb would refuse.
 */
export const encoded = <T>() =>
  customType<{ data: T; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => encodeJson(value),
    fromDriver: (text) => decodeJson<T>(text),
  })();
