import type { MacroProvider } from '../../ports/market-data.ts';
import { type FredDeps, fred } from './fred.ts';
import { simulatedMacro } from './simulated.ts';

/** Every source of macro series, in the order in which they are asked; the simulated economy is last. */
export const createMacroProviders = ({ seed, ...deps }: FredDeps & { seed?: number }): MacroProvider[] => [
  fred(deps),
  simulatedMacro({ clock: deps.clock, ...(seed === undefined ? {} : { seed }) }),
];
