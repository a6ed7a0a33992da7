import { intervals, parseInterval } from '../src/domain/time.ts';
import type { JsonSchema } from './schema.ts';

/** Other names of the same argument: what other tools, vendors and models call it. */
const aliases: Record<string, readonly string[]> = {
  symbol: ['ticker', 'instrument', 'symbols', 'symbol_or_asset_id'],
  symbols: ['tickers', 'instruments', 'symbol'],
  interval: ['timeframe', 'time_frame', 'resolution'],
  intervals: ['timeframes'],
  asOf: ['as_of', 'asof'],
  knownAt: ['known_at'],
  from: ['start', 'start_date', 'time_from'],
  to: ['end', 'end_date', 'time_to'],
  limit: ['count', 'outputsize', 'n'],
  qty: ['quantity', 'size'],
  type: ['order_type'],
  client_order_id: ['clientOrderId'],
  order_id: ['client_order_id', 'clientOrderId', 'id'],
  take_profit_limit_price: ['take_profit', 'takeProfit'],
  stop_loss_stop_price: ['stop_loss', 'stopLoss'],
  limit_price: ['limitPrice'],
  stop_price: ['stopPrice'],
  time_in_force: ['tif', 'timeInForce'],
  dry_run: ['dryRun'],
  response_format: ['responseFormat', 'format'],
  decision_id: ['decisionId', 'id'],
};

/**
 * Brings the usual spellings of arguments to the ones that the schema means: aliases of names, numbers as text, text
 * as numbers, "A,B" and '["A","B"]' as lists, one for a list of one, null and "" for nothing said, enums in any case.
 * It never guesses: what it does not know it leaves for the strict schema to refuse. Throws `unknown_interval`.
 */
export function coerceArguments(schema: JsonSchema, args: unknown): unknown {
  const given = typeof args === 'string' ? (parsedJson(args) ?? args) : (args ?? {});
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const properties = schema.properties ?? {};
  const named = renamed(given as Record<string, unknown>, properties);
  const said = ([name, value]: readonly [string, unknown]) =>
    value !== null && value !== undefined && (value !== '' || schema.required?.includes(name));
  const coerced = Object.entries(named)
    .filter(said)
    .map(
      ([name, value]) =>
        [name, Object.hasOwn(properties, name) ? coerceValue(properties[name]!, value) : value] as const,
    );
  // fromEntries makes own properties of every name, __proto__ too, which the strict schema then refuses.
  return Object.fromEntries(coerced.filter(said));
}

function renamed(given: Record<string, unknown>, properties: Record<string, JsonSchema>): Record<string, unknown> {
  const result = { ...given };
  for (const [name, others] of Object.entries(aliases)) {
    if (!Object.hasOwn(properties, name) || result[name] !== undefined) continue;
    const other = others.find((each) => !Object.hasOwn(properties, each) && result[each] !== undefined);
    if (other === undefined) continue;
    result[name] = result[other];
    delete result[other];
  }
  return result;
}

function coerceValue(schema: JsonSchema, value: unknown): unknown {
  if (schema.type === 'array')
    return asList(value).map((each) => (schema.items ? coerceValue(schema.items, each) : each));
  let single = value;
  while (Array.isArray(single) && single.length === 1) single = single[0];
  if (schema.enum) return enumSpelling(schema.enum, single);
  if (schema.type === 'number' || schema.type === 'integer') {
    const text = typeof single === 'string' ? single.trim() : '';
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : single;
  }
  if (schema.type === 'boolean') {
    const text = typeof single === 'string' ? single.trim().toLowerCase() : '';
    return text === 'true' ? true : text === 'false' ? false : single;
  }
  if (schema.type === 'string') return typeof single === 'number' ? plainDecimal(single) : single;
  if (schema.type === 'object') return typeof single === 'string' ? (parsedJson(single) ?? single) : single;
  return single;
}

function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string') return [value];
  const list = value.trim().startsWith('[') ? parsedJson(value) : undefined;
  if (Array.isArray(list)) return list;
  return value
    .split(/[,;\s]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function enumSpelling(choices: readonly unknown[], value: unknown): unknown {
  if (choices.includes(value) || typeof value !== 'string') return value;
  if (intervals.every((each, i) => choices[i] === each)) return parseInterval(value);
  const plain = (text: string) =>
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_');
  const matches = choices.filter((each) => typeof each === 'string' && plain(each) === plain(value));
  return matches.length === 1 ? matches[0] : value;
}

/** Without an exponent: 1e-7 is 0.0000001, as amounts are read. */
function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = String(value);
  return text.includes('e') ? value.toFixed(9).replace(/\.?0+$/, '') : text;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
