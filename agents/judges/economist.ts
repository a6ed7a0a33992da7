import {
  abstain,
  clamp,
  counted,
  flatView,
  type Judge,
  type Reading,
  reading,
  say,
  sentence,
  viewOf,
} from './reading.ts';

const SPEAKS = 0.06;
const MOST = 0.6;

/** Compares the economies behind the price: surprises of recent releases, and the rate differential where known. */
export const judgeEconomist: Judge = (evidence) => {
  const read = reading(evidence, 'economy');
  const analyst = 'economist' as const;
  const releases = read.number('releases') ?? 0;
  const balance = read.number('surprise_balance');
  const carry = read.number('carry');
  if ((releases === 0 || balance === null) && carry === null) {
    return abstain(analyst, read, 'no_releases', 'No release of the last month had both a forecast and an outcome.');
  }
  const hours = read.number('next.hours');
  const bySurprise = balance === null ? 0 : clamp(balance, -1, 1) * (releases / (releases + 3));
  const byCarry = carry === null ? 0 : clamp(carry / 5, -1, 1) * 0.15;
  // A big release ahead can undo all of it.
  const waiting = hours !== null && hours >= 0 && hours < 24 ? 0.6 : 1;
  const score = clamp((bySurprise * 0.8 + byCarry) * waiting, -MOST, MOST);
  const facts = [
    balance === null ? null : `surprises balance at ${say(balance)} over ${counted(releases, 'release')}`,
    lastText(read),
    carry === null ? null : `rate differential ${say(carry)} points`,
    hours === null ? null : `${read.text('next.name') ?? 'the next release'} in ${say(hours, 1)} hours`,
  ];
  if (Math.abs(score) < SPEAKS) {
    const rationale = sentence(['the economies balance', ...facts]);
    return flatView({ analyst, evidence, reading: read, confidence: 0.1, rationale });
  }
  return viewOf({
    analyst,
    evidence,
    reading: read,
    score,
    volatility: read.number('volatility'),
    rationale: sentence([score > 0 ? 'the economy favours a rise' : 'the economy favours a fall', ...facts]),
  });
};

function lastText(read: Reading): string | null {
  const name = read.text('last.name');
  const actual = read.number('last.actual');
  const forecast = read.number('last.forecast');
  if (name === null || actual === null || forecast === null) return null;
  return `${name} came at ${say(actual, 3)} against ${say(forecast, 3)} expected`;
}
