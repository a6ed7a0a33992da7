import type { BarSeries } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import type { Parameter, PlainBar } from '../indicators/index.ts';

/** What a strategy wants to hold: 1 long, 0 flat, -1 short. */
export type Target = 1 | 0 | -1;

/** Follows one instrument bar by bar; what it wants after a bar depends on nothing later. */
export interface TargetStream {
  next(bar: PlainBar): Target;
}

/**
 * A rule-based strategy. It says a direction only: sizing, stops and risk are the desk's, the same as for the
 * analysts' consensus.
 */
export interface Strategy<P extends string = string> {
  name: string;
  title: string;
  description: string;
  parameters: Readonly<Record<P, Parameter>>;
  /** Takes its side again after a stop or target has closed the position; others wait for their next signal. */
  steadfast?: boolean;
  /** Row of the first bar on which it can have a view. */
  warmup(given?: Partial<Record<P, number>>): number;
  /** Starts afresh. Throws `invalid_input` for a parameter that is unknown or out of range. */
  start(given?: Partial<Record<P, number>>): TargetStream;
}

interface Definition<P extends string> extends Omit<Strategy<P>, 'warmup' | 'start'> {
  warmup(parameters: Record<P, number>): number;
  start(parameters: Record<P, number>): TargetStream;
}

/** Wraps a definition so that its functions always see complete, checked parameters. */
export function defineStrategy<const P extends string>(definition: Definition<P>): Strategy<P> {
  const complete = (given?: Partial<Record<P, number>>) => parametersOf(definition, given);
  return {
    ...definition,
    warmup: (given) => definition.warmup(complete(given)),
    start: (given) => definition.start(complete(given)),
  };
}

/** All parameters of a strategy with the defaults filled in, as a report repeats them. */
export function parametersOf<P extends string>(
  { name, parameters }: Pick<Strategy<P>, 'name' | 'parameters'>,
  given: Partial<Record<P, number>> = {},
): Record<P, number> {
  const known = Object.keys(parameters) as P[];
  const stranger = Object.keys(given).find((key) => !(key in parameters));
  if (stranger) {
    throw new AppError('invalid_input', `${name} has no parameter ${stranger}; it has ${known.join(', ') || 'none'}.`);
  }
  return Object.fromEntries(
    known.map((key) => {
      const { type, min, max, default: usual } = parameters[key];
      const value = given[key] ?? usual;
      if (value >= min && value <= max && (type === 'number' || Number.isInteger(value))) return [key, value];
      const kind = type === 'integer' ? 'a whole number' : 'a number';
      throw new AppError('invalid_input', `${name} ${key} must be ${kind} from ${min} to ${max}, not ${value}.`);
    }),
  ) as Record<P, number>;
}

/** The targets over a whole series, one per bar: the streaming form in a loop. */
export function targets<P extends string>(
  strategy: Strategy<P>,
  series: BarSeries,
  given?: Partial<Record<P, number>>,
): Int8Array {
  const stream = strategy.start(given);
  const { open, high, low, close, volume, length } = series;
  const out = new Int8Array(length);
  const bar = { open: 0, high: 0, low: 0, close: 0, volume: 0 };
  for (let i = 0; i < length; i++) {
    bar.open = open[i]!;
    bar.high = high[i]!;
    bar.low = low[i]!;
    bar.close = close[i]!;
    bar.volume = volume[i]!;
    out[i] = stream.next(bar);
  }
  return out;
}

/** Whether it may go short: 1 yes, 0 no (it stays flat instead). */
export const shorts: Parameter = { type: 'integer', default: 1, min: 0, max: 1, title: 'May go short (1) or not (0)' };

export const lookback = (usual: number, title: string, min = 2): Parameter => ({
  type: 'integer',
  default: usual,
  min,
  max: 10_000,
  title,
});

/** Above the line long, below it short; on it, or where there is none, nothing new. */
export function side(value: number, line: number, mayShort: number, held: Target): Target {
  if (value > line) return 1;
  if (value < line) return mayShort ? -1 : 0;
  return held;
}
