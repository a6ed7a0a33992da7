import { abstain, clamp, counted, flatView, type Judge, reading, say, sentence, viewOf } from './reading.ts';

const SPEAKS = 0.05;
/** Words never make more of a view than this, however many there are. */
const MOST = 0.5;
/** A score rests on as many stories as this before half of it counts. */
const DOUBT = 2;

/** Follows what several sources say of late, within the cap; abstains without news. */
export const judgeNews: Judge = (evidence) => {
  const read = reading(evidence, 'news');
  const analyst = 'news-analyst' as const;
  const stories = read.number('stories') ?? 0;
  const score = read.number('score');
  if (stories === 0 || score === null) {
    return abstain(analyst, read, 'no_news', 'No headline of the last three days speaks of the instrument.');
  }
  const sources = read.number('sources') ?? 0;
  const change = read.number('change');
  const facts = [
    `score ${say(score)} from ${counted(stories, 'story', 'stories')} by ${counted(sources, 'source')}`,
    change === null ? null : `change ${say(change)} since the day before`,
    (read.number('suspicious') ?? 0) > 0 ? 'some headlines tried to give orders and were left out' : null,
  ];
  const tilted = score + clamp(change ?? 0, -0.2, 0.2) * 0.25;
  // A change may strengthen or weaken what the headlines say, but not turn it round.
  const kept = Math.sign(tilted) === Math.sign(score) ? tilted : 0;
  const strength = clamp(kept * (stories / (stories + DOUBT)), -MOST, MOST);
  if (Math.abs(strength) < SPEAKS) {
    const rationale = sentence(['the headlines balance', ...facts]);
    return flatView({ analyst, evidence, reading: read, confidence: 0.1, rationale });
  }
  return viewOf({
    analyst,
    evidence,
    reading: read,
    score: strength,
    volatility: read.number('volatility'),
    rationale: sentence([strength > 0 ? 'the news is good' : 'the news is bad', ...facts]),
  });
};
