import type { Interval, Timestamp } from './time.ts';

export const analysts = [
  'strategist',
  'chart-analyst',
  'risk-analyst',
  'trend-analyst',
  'news-analyst',
  'economist',
] as const;
export type AnalystName = (typeof analysts)[number];

/** Prior weights, sum 1. Realised skill multiplies them later. */
export const priorWeights: Record<AnalystName, number> = {
  strategist: 0.4,
  'chart-analyst': 0.15,
  'risk-analyst': 0.15,
  'trend-analyst': 0.1,
  'news-analyst': 0.1,
  economist: 0.1,
};

export type Direction = 'long' | 'flat' | 'short';
export const directionSign: Record<Direction, 1 | 0 | -1> = { long: 1, flat: 0, short: -1 };

/** One thing that a tool returned, with an id that a rationale can cite. Values are unrounded. */
export interface Fact<V extends FactValue = FactValue> {
  /** Stable inside one decision, e.g. `trend.alignment`. */
  id: string;
  value: V;
  unit?: string;
  eventTime: Timestamp;
  source: string;
}
export type FactValue = number | string | boolean | null;

/** How far ahead a view looks, in bars of the interval that it was formed on. */
export interface Horizon {
  interval: Interval;
  bars: number;
}

/** An analyst's view. Strength is sign(direction) × confidence. */
export interface View {
  kind: 'view';
  analyst: AnalystName;
  direction: Direction;
  /** That the direction turns out right by the horizon, 0 to 1; 0.5 says nothing. */
  probability: number;
  /** False until enough settled forecasts stand behind the probability. */
  calibrated: boolean;
  /** How much the evidence supports the view, 0 to 1. */
  confidence: number;
  horizon: Horizon;
  /** Signed fraction of price expected by the horizon, e.g. 0.002. */
  expectedMove: number;
  evidence: string[];
  rationale: string;
  /** Set by refine: the model that shaded the view, or why none did. */
  refinedBy?: string;
  unrefined?: string;
}

/** No view; not a neutral view. */
export interface Abstention {
  kind: 'abstention';
  analyst: AnalystName;
  /** A short code such as `timeframes_disagree`, `no_news`, `deadline`. */
  reason: string;
  evidence: string[];
  rationale: string;
}

export type Signal = View | Abstention;

/** What one analyst added to the consensus. */
export interface Vote {
  analyst: AnalystName;
  /** Share after skill and renormalisation over the views, 0 to 1; 0 for an abstention. */
  weight: number;
  /** weight × strength; contributions sum to the conviction. */
  contribution: number;
}

/** The blended decision of the panel. */
export interface Consensus {
  direction: Direction;
  /** Signed, in [-1, 1]: weighted mean of strengths over the views. */
  conviction: number;
  /** Of the direction (of a rise when flat), 0 to 1. */
  probability: number;
  calibrated: boolean;
  confidence: number;
  expectedMove: number;
  horizon: Horizon;
  /** Share of prior weight that holds a view, against what is required. */
  quorum: { present: number; required: number; met: boolean };
  /** Conviction must leave the band to trade; with hysteresis a held position leaves it later. */
  band: { enter: number; exit: number; held: Direction };
  /** Weighted spread of strengths around the conviction, 0 to 1. */
  dissent: number;
  votes: Vote[];
  /** Why it is flat, when it is: `no_quorum`, `inside_band`, or absent. */
  reason?: string;
}

/** A frozen signal waiting for its horizon; scored once, never edited. */
export interface Forecast {
  id: string;
  decisionId: string;
  analyst: AnalystName | 'consensus';
  symbol: string;
  interval: Interval;
  direction: Direction;
  probability: number;
  confidence: number;
  /** Price when made. */
  mark: number;
  madeAt: Timestamp;
  settlesAt: Timestamp;
  regime: string;
  assetClass: string;
  /** Made on simulated prices; absent in records of before it was written down. */
  simulated?: boolean;
}

export interface SettledForecast extends Forecast {
  settledAt: Timestamp;
  settleMark: number;
  correct: boolean;
  /** (probability − outcome)²; 0 is perfect, 0.25 is a coin. */
  brier: number;
  /** ln of the probability given to what happened. */
  logScore: number;
}
