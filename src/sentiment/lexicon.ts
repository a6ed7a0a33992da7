/**
 * Finance words of this desk's own making, by base form; `stem` finds the inflections. A word's strength is about how
 * far a headline with it usually moves opinion, 0.2 to 2.
 */
const list = (strength: number, words: string) => words.split(/\s+/).map((word) => [word, strength] as const);

/** Verbs and adverbs of direction: good or bad depends on what rises. */
export const directions: ReadonlyMap<string, number> = new Map([
  ...list(0.5, 'inch edge widen tick add up'),
  ...list(0.8, 'bounce firm accelerate expand higher lift extend'),
  ...list(
    1,
    'rise rose risen gain climb advance increase grow grew grown recover rebound strengthen raise appreciate hike',
  ),
  ...list(1.5, 'jump rally leap leapt spike pop double triple uptick'),
  ...list(2, 'surge soar rocket skyrocket zoom'),
  ...list(-0.5, 'ease narrow trim reduce dip soften down pare moderate'),
  ...list(-0.8, 'slip lower retreat slow shed decelerate cut lose lost fade cool'),
  ...list(-1, 'fall fell fallen drop decline decrease weaken shrink shrank contract depreciate sag'),
  ...list(-1.5, 'slide slid tumble sink sank sunk slump slash downtick'),
  ...list(-2, 'plunge plummet crash collapse tank nosedive crater'),
]);

/** Things whose rise is bad news and whose fall is good news. */
export const badThings: ReadonlySet<string> = new Set(
  `unemployment jobless claim layoff loss deficit debt cost default bankruptcy delinquency risk fear tension
   expense writedown impairment infection case outflow liquidation volatility vix churn redundancy insolvency burn
   redemption foreclosure shortage tariff tax complaint npa slippage death`.split(/\s+/),
);

/** Words that are good or bad by themselves. */
export const opinions: ReadonlyMap<string, number> = new Map([
  ...list(
    0.3,
    'launch deal agreement dividend momentum demand expand settle hope support sign buyer unveil partner stake',
  ),
  ...list(
    0.5,
    'growth profit profitable award buy accumulate stabilise stabilize resolve steady attractive win won secure progress overcome healthy inflow opportunity surplus pickup potential good',
  ),
  ...list(
    0.8,
    'better best approve approval overweight optimism optimistic confident upside partnership buyback truce ceasefire stimulus brighten favourable favorable reassure rosy outpace reward cheer',
  ),
  ...list(
    1,
    'beat top exceed improve strong stronger robust solid positive boost upbeat bull bullish resilient success successful breakthrough outperform impressive rebound upgrade uptrend boom surpass thrive bumper blockbuster',
  ),
  ...list(1.4, 'stellar outstanding record-breaking blowout'),
  ...list(
    -0.3,
    'risk strike resign volatile uncertain uncertainty caution cautious debt pressure question challenge tax mixed rival',
  ),
  ...list(
    -0.5,
    'sell tariff delay war conflict worry worried concern fear weigh drag struggle strain hurt hit headwind tension war shortage expensive overvalued underweight outflow layoff dispute complaint fail failure stall short bad',
  ),
  ...list(
    -0.8,
    'weak weaker worse warn warning threat threaten halt suspend reject ban sanction fined recall probe investigate investigation lawsuit sue sued attack outage delist poor stagnation liquidation bleak dismal gloom gloomy unprofitable penalty subpoena downside exit',
  ),
  ...list(
    -1,
    'miss disappoint disappointing loss bear bearish pessimistic negative underperform downgrade downturn slowdown selloff sell-off turmoil trouble breach hack exploit default contagion dump worst crisis writedown impairment slump dire sour plague woe',
  ),
  ...list(
    -1.5,
    'recession bankrupt bankruptcy insolvency insolvent fraud scandal panic meltdown rout bloodbath catastrophe ponzi',
  ),
]);

/** Tight money lifts a currency and weighs on what has no yield; loose money the other way round. */
export const policies: ReadonlyMap<string, number> = new Map([
  ...list(1, 'hawkish tighten tightening'),
  ...list(-1, 'dovish easing loosen'),
]);

export interface Phrase {
  words: readonly string[];
  score: number;
  /** Counts for a currency as written and for other assets with half the opposite sign. */
  policy?: true;
}

const phrase = (score: number, text: string, policy?: true): Phrase => ({
  words: text.split(' '),
  score,
  ...(policy ? { policy } : {}),
});

/** Several words with one meaning; matched on stems, longest first, and then used up. */
export const phrases: readonly Phrase[] = [
  ...[
    'better than expect',
    'better than forecast',
    'more than expect',
    'above expectation',
    'above estimate',
    'above forecast',
    'above consensus',
    'beat expectation',
    'beat estimate',
    'beat forecast',
    'beat consensus',
    'top expectation',
    'top estimate',
    'top forecast',
    'exceed expectation',
    'faster than expect',
    'stronger than expect',
    'higher than expect',
  ].map((text) => phrase(1.2, text)),
  ...[
    'worse than expect',
    'worse than forecast',
    'less than expect',
    'below expectation',
    'below estimate',
    'below forecast',
    'below consensus',
    'miss expectation',
    'miss estimate',
    'miss forecast',
    'miss consensus',
    'short of expectation',
    'short of estimate',
    'fall short',
    'slower than expect',
    'weaker than expect',
    'lower than expect',
  ].map((text) => phrase(-1.2, text)),
  ...[
    'rate hike',
    'hike rate',
    'raise rate',
    'rate increase',
    'interest rate rise',
    'higher for longer',
    'hike interest rate',
    'raise interest rate',
    'lift rate',
    'rate rise',
  ].map((text) => phrase(1.2, text, true)),
  ...[
    'rate cut',
    'cut rate',
    'lower rate',
    'cut interest rate',
    'slash rate',
    'rate reduction',
    'quantitative easing',
    'trim rate',
  ].map((text) => phrase(-1.2, text, true)),
  phrase(1.2, 'record high'),
  phrase(1.2, 'all-time high'),
  phrase(1.2, 'all time high'),
  phrase(0.8, 'week high'),
  phrase(0.8, 'month high'),
  phrase(0.8, 'year high'),
  phrase(0.8, 'day high'),
  phrase(-1.2, 'record low'),
  phrase(-1.2, 'all-time low'),
  phrase(-0.8, 'week low'),
  phrase(-0.8, 'month low'),
  phrase(-0.8, 'year low'),
  phrase(-0.8, 'day low'),
  phrase(-1.6, 'profit warning'),
  phrase(-1.2, 'cut guidance'),
  phrase(-1.2, 'lower guidance'),
  phrase(-1.2, 'cut forecast'),
  phrase(-1, 'cut outlook'),
  phrase(1.2, 'raise guidance'),
  phrase(1.2, 'raise forecast'),
  phrase(1, 'raise outlook'),
  phrase(1, 'raise dividend'),
  phrase(-1, 'cut dividend'),
  phrase(1, 'raise to'),
  phrase(-1, 'cut to'),
  phrase(1, 'target raise'),
  phrase(-1, 'target cut'),
  phrase(1, 'pt raise'),
  phrase(-1, 'pt cut'),
  phrase(1, 'raise to buy'),
  phrase(-1.2, 'cut to sell'),
  phrase(-1, 'short seller'),
  phrase(-1, 'job cut'),
  phrase(-0.8, 'cut job'),
  phrase(0.8, 'safe haven'),
  phrase(0.8, 'risk on'),
  phrase(-0.8, 'risk off'),
  phrase(-0.8, 'trade war'),
  phrase(0.6, 'short squeeze'),
  phrase(-1, 'sell off'),
  phrase(-1.2, 'death cross'),
  phrase(1.2, 'golden cross'),
  phrase(0.6, 'share repurchase'),
  phrase(0.3, 'hold steady'),
  phrase(-1.2, 'chapter 11'),
  phrase(-0.8, 'step down'),
  phrase(0.8, 'price target up'),
];

export const negations: ReadonlySet<string> = new Set(
  "not no never without cannot can't don't doesn't didn't isn't wasn't won't hasn't haven't aren't weren't unlikely hardly nor neither nothing denies deny denied rules avoid avoids avert averts averted".split(
    ' ',
  ),
);

export const modifiers: ReadonlyMap<string, number> = new Map([
  ...list(0.5, 'slightly modestly marginally somewhat little may might could partly possibly'),
  ...list(1.3, 'very strongly significantly big biggest massive major most huge heavily broadly'),
  ...list(1.5, 'sharply steeply massively dramatically hugely extremely deeply'),
]);

const irregular: Record<string, string> = {
  rose: 'rise',
  risen: 'rise',
  fell: 'fall',
  fallen: 'fall',
  grew: 'grow',
  grown: 'grow',
  sank: 'sink',
  sunk: 'sink',
  slid: 'slide',
  shrank: 'shrink',
  lost: 'lose',
  losing: 'lose',
  losses: 'loss',
  won: 'win',
  leapt: 'leap',
  bankruptcies: 'bankruptcy',
  expected: 'expect',
  expects: 'expect',
  expectations: 'expectation',
  estimates: 'estimate',
  forecasts: 'forecast',
  views: 'estimate',
  est: 'estimate',
  higher: 'higher',
};

const isWord = (word: string) =>
  directions.has(word) || opinions.has(word) || badThings.has(word) || policies.has(word) || phraseWords.has(word);
const phraseWords = new Set(phrases.flatMap(({ words }) => words));

/** The base form that the lexicon knows, or the word itself. */
export function stem(word: string): string {
  if (irregular[word] !== undefined) return irregular[word];
  if (isWord(word)) return word;
  const bare = word.replace(/'s$/, '');
  const candidates = [bare];
  for (const [ending, puts] of [
    ['ies', 'y'],
    ['ied', 'y'],
    ['es', ''],
    ['es', 'e'],
    ['s', ''],
    ['ed', ''],
    ['ed', 'e'],
    ['d', ''],
    ['ing', ''],
    ['ing', 'e'],
    ['ning', 'n'],
    ['pping', 'p'],
    ['pped', 'p'],
    ['tting', 't'],
    ['mming', 'm'],
    ['mmed', 'm'],
    ['gging', 'g'],
    ['nned', 'n'],
    ['nning', 'n'],
    ['ment', ''],
  ] as const) {
    if (bare.length > ending.length + 2 && bare.endsWith(ending)) candidates.push(bare.slice(0, -ending.length) + puts);
  }
  return candidates.find(isWord) ?? bare;
}

/** How many base words stand in the lists. */
export const lexiconSize = new Set([...directions.keys(), ...badThings, ...opinions.keys(), ...policies.keys()]).size;
