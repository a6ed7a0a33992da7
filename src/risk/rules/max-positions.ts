import { numberAtMost } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** How many instruments may be held at once. */
export const maxPositions: RiskRule = {
  code: 'max_positions',
  reducing: 'exempt',
  judge: ({ account, held, limits }) => ({
    ...numberAtMost(account.positions.length + (held ? 0 : 1), limits.maxPositions, 'positions', 'Open positions'),
    passesIf: 'another position is closed first',
  }),
};
