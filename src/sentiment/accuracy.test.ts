import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { needsShared, sharedText } from '../testing/shared.ts';
import { cleanText } from './normalise.ts';
import { scoreText } from './score.ts';

const folder = ['data', 'news', 'labelled'] as const;
const there = needsShared('the sentiment accuracy test', ...folder);

const THRESHOLD = 0.15;
const label = (text: string) => {
  const { score } = scoreText(cleanText(text));
  return score > THRESHOLD ? 'positive' : score < -THRESHOLD ? 'negative' : 'neutral';
};

/** Share right over all, and share right where both label and scorer take a side. */
function accuracy(rows: readonly { text: string; truth: string }[]) {
  const judged = rows.map(({ text, truth }) => ({ truth, said: label(text) }));
  const sided = judged.filter(({ truth, said }) => truth !== 'neutral' && said !== 'neutral');
  const right = (list: typeof judged) => list.filter(({ truth, said }) => truth === said).length / list.length;
  return { all: right(judged), direction: right(sided), sided: sided.length, rows: rows.length };
}

const read = (file: string) =>
  parse(sharedText(...folder, file), { columns: true, relax_quotes: true }) as Record<string, string>[];

describe.skipIf(!there)('the lexicon scorer on headlines that people labelled', () => {
  it('takes the right side of financial tweets far more often than not', () => {
    const truths: Record<string, string> = { 0: 'negative', 1: 'positive', 2: 'neutral' };
    const rows = read('twitter_financial_news_sentiment.csv.gz').map((row) => ({
      text: row.text!,
      truth: truths[row.label!]!,
    }));
    const result = accuracy(rows);
    console.info(`tweets: ${JSON.stringify(result)}`);
    expect(result.direction).toBeGreaterThan(0.85);
    expect(result.all).toBeGreaterThan(0.65);
  });

  it('takes the right side of headlines about one company', () => {
    const rows = read('sentfin_entity_sentiment.csv.gz').flatMap((row) => {
      const truths = [...row.decisions!.matchAll(/: ['"](positive|negative|neutral)['"]/g)].map((match) => match[1]!);
      return truths.length === 1 ? [{ text: row.title!, truth: truths[0]! }] : [];
    });
    const result = accuracy(rows);
    console.info(`headlines: ${JSON.stringify(result)}`);
    expect(result.direction).toBeGreaterThan(0.9);
    expect(result.all).toBeGreaterThan(0.68);
  });
});
