export { dedupe, type Story } from './dedupe.ts';
export { exposuresOf, isCurrency, mentions, pegged, scoreFor, symbolsOf } from './entities.ts';
export { cleanText, HEADLINE_CAP, looksLikeInstruction } from './normalise.ts';
export { scoreText, type TextScore } from './score.ts';
export { type NewsTrend, newsTrend, type ScoredStory } from './trend.ts';
