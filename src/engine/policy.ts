import { type ConsensusPolicy, defaultConsensusPolicy } from '../consensus/policy.ts';
import { defaultSizingPolicy, type SizingPolicy } from '../portfolio/sizing-policy.ts';
import { riskPolicy } from '../risk/profiles.ts';
import type { Policy } from './desk.ts';

export interface PolicySettings {
  /** `conservative`, `balanced` or `aggressive`. */
  profile?: string;
  /** Risk limits by name, in place of the profile's own. */
  overrides?: Record<string, unknown>;
  sizing?: Partial<SizingPolicy>;
  consensus?: Partial<ConsensusPolicy>;
}

/** The policy in force. Throws `bad_config` for a profile or a limit that does not exist. */
export function policyOf({
  profile = 'balanced',
  overrides = {},
  sizing = {},
  consensus = {},
}: PolicySettings = {}): Policy {
  const risk = riskPolicy(profile, overrides);
  return {
    profile: risk.profile,
    // One order is never sized beyond what one order may risk.
    sizing: { ...defaultSizingPolicy, riskFraction: risk.limits.maxRiskPerOrderFraction, ...sizing },
    risk,
    consensus: { ...defaultConsensusPolicy, ...consensus },
  };
}
