import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** Real money moves only after the unlock procedure; paper needs none. */
export const liveUnlock: RiskRule = {
  code: 'live_unlock',
  reducing: 'exempt',
  judge: ({ account, limits }) => {
    const passed = account.mode === 'paper' || limits.liveUnlocked;
    const message =
      account.mode === 'paper' ? 'This is a paper account.' : `Live trading is ${passed ? '' : 'not '}unlocked.`;
    return { ...fact(passed, account.mode, 'paper, or unlocked', message), passesIf: 'live trading is unlocked' };
  },
};
