/** The panel in the order of its weights, and what each looks at. */
export const panel = [
  { analyst: 'strategist', name: 'Strategist', looks: 'Regime, timeframes, what worked' },
  { analyst: 'chart-analyst', name: 'Chart analyst', looks: 'Indicators, levels, patterns' },
  { analyst: 'risk-analyst', name: 'Risk analyst', looks: 'Volatility, the book, event risk' },
  { analyst: 'trend-analyst', name: 'Trend analyst', looks: 'Trend and its strength' },
  { analyst: 'news-analyst', name: 'News analyst', looks: 'News and its mood' },
  { analyst: 'economist', name: 'Economist', looks: 'Rates, releases, calendar' },
] as const;

export const nameOf = (analyst: string) => panel.find((each) => each.analyst === analyst)?.name ?? analyst;
