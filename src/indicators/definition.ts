/** The columns that an indicator may read. `BarSeries` of the domain has this shape. */
export type Column = 'open' | 'high' | 'low' | 'close' | 'volume';
export type Columns = Readonly<Record<Column, Float64Array>>;
/** One bar, as plain numbers. */
export type PlainBar = Readonly<Record<Column, number>>;

export interface Parameter {
  type: 'integer' | 'number';
  default: number;
  min: number;
  max: number;
  title: string;
}

/** What the values are measured in: the price itself, 0 to 100, a plain number, per cent of price, volume, or a fraction. */
export type Unit = 'price' | 'index' | 'number' | 'percent' | 'volume' | 'fraction';

/** Values come in, an average or the like comes out; NaN until enough came in. Leading NaNs are not counted. */
export interface ValueStream {
  next(value: number): number;
  /** What `next` would answer, without taking the value in. */
  peek?(value: number): number;
}

/** A value stream that can also look at a value that is not final. */
export type PeekingStream = Required<ValueStream>;

export interface BarStream<O extends string = string> {
  /** The outputs after this bar; NaN before warm-up. A fresh object each time. */
  next(bar: PlainBar): Record<O, number>;
  /** What `next` would answer to a bar that is still forming, to the last bit, without taking it in; where offered. */
  peek?(bar: PlainBar): Record<O, number>;
}

/**
 * One indicator. `batch` gives columns as long as the input, NaN before warm-up; `stream` gives the same numbers bit for
 * bit, one bar at a time. Both take parameters by name and throw `RangeError` for one that is unknown or out of range.
 */
export interface Indicator<P extends string = string, O extends string = string> {
  name: string;
  title: string;
  /** Where the formula comes from. */
  source: string;
  unit: Unit;
  parameters: Readonly<Record<P, Parameter>>;
  inputs: readonly Column[];
  outputs: readonly O[];
  /** Row of the first bar on which every output is defined. */
  warmup(given?: Partial<Record<P, number>>): number;
  /**
   * How many last bars a value is computed from, where that is all it depends on: then the last rows of a shorter piece
   * are the same to the last bit. Absent where everything before counts (averages of averages, running sums).
   */
  reach?(given?: Partial<Record<P, number>>): number;
  batch(columns: Columns, given?: Partial<Record<P, number>>): Record<O, Float64Array>;
  stream(given?: Partial<Record<P, number>>): BarStream<O>;
}

interface Definition<P extends string, O extends string>
  extends Omit<Indicator<P, O>, 'warmup' | 'reach' | 'batch' | 'stream' | 'parameters'> {
  parameters: Record<P, Parameter>;
  warmup(parameters: Record<P, number>): number;
  reach?(parameters: Record<P, number>): number;
  batch(columns: Columns, parameters: Record<P, number>): Record<O, Float64Array>;
  stream(parameters: Record<P, number>): BarStream<O>;
}

/** Wraps a definition so that its functions always see complete, checked parameters. */
export function defineIndicator<const P extends string, const O extends string>(
  definition: Definition<P, O>,
): Indicator<P, O> {
  const { name, parameters, reach } = definition;
  const complete = (given: Partial<Record<P, number>> = {}) => {
    const known = Object.keys(parameters) as P[];
    const stranger = Object.keys(given).find((key) => !(key in parameters));
    if (stranger) throw new RangeError(`${name} has no parameter ${stranger}; it has ${known.join(', ') || 'none'}.`);
    return Object.fromEntries(
      known.map((key) => [key, checked(`${name} ${key}`, parameters[key], given[key])]),
    ) as Record<P, number>;
  };
  return {
    ...definition,
    warmup: (given) => definition.warmup(complete(given)),
    ...(reach && { reach: (given: Partial<Record<P, number>>) => reach(complete(given)) }),
    batch: (columns, given) => definition.batch(columns, complete(given)),
    stream: (given) => definition.stream(complete(given)),
  };
}

function checked(label: string, parameter: Parameter, value = parameter.default): number {
  const fits = value >= parameter.min && value <= parameter.max;
  // As a machine integer: V8 would otherwise run every loop that counts with it in floating point, at half the speed.
  if (fits && parameter.type === 'integer' && Number.isInteger(value)) return value | 0;
  if (fits && parameter.type === 'number') return value;
  const kind = parameter.type === 'integer' ? 'a whole number' : 'a number';
  throw new RangeError(`${label} must be ${kind} from ${parameter.min} to ${parameter.max}, not ${value}.`);
}

/** The usual look-back parameter, in bars. */
export const period = (byDefault: number, min = 2): Parameter => ({
  type: 'integer',
  default: byDefault,
  min,
  max: 10_000,
  title: 'Bars looked back',
});
