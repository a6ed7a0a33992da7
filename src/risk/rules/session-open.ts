import { toIso } from '../../domain/time.ts';
import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** Orders that want to trade now need an open market; a limit or stop may wait for it. */
export const sessionOpen: RiskRule = {
  code: 'session_open',
  reducing: 'judged',
  judge: ({ order, quoted }) => {
    const now = order.type === 'market' || order.timeInForce === 'ioc' || order.timeInForce === 'fok';
    const opens = quoted.nextOpen === undefined ? '' : ` It opens at ${toIso(quoted.nextOpen)}.`;
    const message = quoted.sessionOpen ? 'The market is open.' : `The market is closed.${opens}`;
    const passesIf =
      quoted.nextOpen === undefined ? 'the market is open' : `it is sent after ${toIso(quoted.nextOpen)}`;
    return { ...fact(quoted.sessionOpen || !now, quoted.sessionOpen, true, message), passesIf };
  },
};
