import { type Analyst, gatherBy } from './analyst.ts';
import { judgeRisk } from './judges/risk.ts';

/** Asks what could go wrong; the limits themselves are enforced elsewhere, by rules that nobody can talk to. */
export const riskAnalyst: Analyst = {
  name: 'risk-analyst',
  looksAt: 'volatility, book and events ahead',
  gather: gatherBy('get_risk_evidence'),
  judge: judgeRisk,
};
