import { toIso } from '../../domain/time.ts';
import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** No entry around a release that can move the price by itself. */
export const eventBlackout: RiskRule = {
  code: 'event_blackout',
  reducing: 'exempt',
  judge: ({ quoted }) => {
    const { blackout } = quoted;
    if (!blackout) return fact(true, null, null, 'No major release is near.');
    const message = `${blackout.name} is due at ${toIso(blackout.eventTime)}.`;
    return {
      ...fact(false, blackout.name, null, message),
      passesIf: `it is sent well after ${toIso(blackout.eventTime)}`,
    };
  },
};
