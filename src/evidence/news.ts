import type { Evidence } from '../domain/record.ts';
import { factSheet } from './facts.ts';
import type { Situation } from './situation.ts';

/** Score, trend and volume of the headlines; the weightiest ones, cleaned, as quotes that are never instructions. */
export function newsEvidence(situation: Situation): Evidence {
  const { newsTrend: trend, asOf, snapshot } = situation;
  const { add, evidence } = factSheet('news-analyst', 'news', situation);
  const newest = Math.max(...trend.top.map(({ item }) => item.eventTime));
  const told = { source: 'news', eventTime: trend.top.length > 0 ? newest : asOf };
  add('stories', trend.stories, told);
  add('recent', trend.recent, { ...told, unit: 'stories of the last day' });
  add('score', trend.score, told);
  add('raw_score', trend.rawScore, told);
  add('cap', trend.cap, told);
  add('change', trend.change, told);
  add('volume_ratio', trend.volumeRatio, { ...told, unit: 'times the usual' });
  add('sources', trend.sources, told);
  add('positive', trend.positive, told);
  add('negative', trend.negative, told);
  add('suspicious', trend.suspicious, told);
  const honest = trend.top.filter((story) => !story.suspicious);
  honest.forEach((story, i) => {
    const source = { source: story.sources[0]!, eventTime: story.item.eventTime };
    add(`story.${i + 1}.score`, story.score, source);
    add(`story.${i + 1}.tier`, story.tier, source);
  });
  add('volatility', snapshot.volatility?.perBar, { unit: 'fraction per bar' });
  return evidence(honest.map((story, i) => ({ id: `news.story.${i + 1}`, text: story.headline })));
}
