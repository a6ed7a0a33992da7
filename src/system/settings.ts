import type { ConfigDocument } from '../api/documents.ts';
import type { Config } from '../config.ts';
import type { Interval } from '../domain/time.ts';
import type { Ledger, Policy } from '../engine/desk.ts';
import { policyOf } from '../engine/policy.ts';
import type { Stores } from '../ports/store.ts';

export interface Settings {
  /** What the configuration says, before anyone changed anything. */
  defaults: ConfigDocument;
  universe(): Promise<string[]>;
  interval(): Promise<Interval>;
  schedule(): Promise<ConfigDocument['schedule']>;
  policy(): Promise<Policy>;
}

/** The settings in force: what the owner set while the desk ran, over the configuration's own. */
export function openSettings(options: {
  config: Config;
  stores: Pick<Stores, 'settings'>;
  ledger: () => Promise<Ledger>;
}): Settings {
  const { config, stores, ledger } = options;
  const { enabled, cron, timeZone } = config.schedule;
  const defaults: ConfigDocument = {
    universe: config.universe,
    interval: config.interval,
    schedule: { enabled, cron, timeZone },
    risk: { profile: config.risk.profile, overrides: config.risk.overrides as ConfigDocument['risk']['overrides'] },
  };
  // A mistake in the configured limits must stop the start, not the first decision.
  policyOf(defaults.risk);
  return {
    defaults,
    universe: async () => (await stores.settings.get<string[]>('universe')) ?? defaults.universe,
    interval: async () => (await stores.settings.get<Interval>('interval')) ?? defaults.interval,
    schedule: async () => (await stores.settings.get<ConfigDocument['schedule']>('schedule')) ?? defaults.schedule,
    policy: async () => policyOf((await ledger()).limits() ?? defaults.risk),
  };
}
