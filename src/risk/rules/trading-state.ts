import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** Halted takes no order at all, reducing only those that reduce. The kill switch is the halted state. */
export const tradingState: RiskRule = {
  code: 'trading_state',
  reducing: 'judged',
  judge: ({ account, reducing }) => {
    const { tradingState: state, tradingStateReason: reason } = account;
    const passed = state === 'active' || (state === 'reducing' && reducing);
    const why = reason ? ` (${reason})` : '';
    return {
      ...fact(passed, state, reducing ? 'active or reducing' : 'active', `Trading is ${state}${why}.`),
      passesIf: state === 'reducing' ? 'the order only reduces, or trading is active again' : 'trading is resumed',
    };
  },
};
