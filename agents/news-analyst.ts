import { type Analyst, gatherBy } from './analyst.ts';
import { judgeNews } from './judges/news.ts';

/** Reads headlines; the only analyst that sees text of outsiders, and its view is capped for that. */
export const newsAnalyst: Analyst = {
  name: 'news-analyst',
  looksAt: 'headlines and their trend',
  gather: gatherBy('get_news_evidence'),
  judge: judgeNews,
};
