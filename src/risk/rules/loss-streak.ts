import { toIso } from '../../domain/time.ts';
import { lossStreak as streakOf } from '../../portfolio/performance.ts';
import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** After too many losing trades in a row, a pause. */
export const lossStreak: RiskRule = {
  code: 'loss_streak',
  reducing: 'exempt',
  judge: ({ account, market, limits }) => {
    const streak = streakOf(account.recentTrades);
    const last = account.recentTrades.at(-1);
    const resumes = last ? last.closedAt + limits.lossStreakPauseMs : 0;
    const passed = streak < limits.maxLossStreak || market.asOf >= resumes;
    const paused = passed ? '' : ` Trading pauses until ${toIso(resumes)}.`;
    return {
      ...fact(passed, streak, limits.maxLossStreak, `${streak} losing trades in a row.${paused}`),
      margin: limits.maxLossStreak - streak,
      unit: 'trades',
      passesIf: `it is tried after ${toIso(resumes)}`,
    };
  },
};
