import type { DecisionDocument } from '../../domain/record.ts';
import { Badge, Simulated, Stale } from '../parts/badge.tsx';
import { percent, readable, utc, words } from '../parts/format.ts';

/** Where the facts come from, as of when, and how good they are. */
export function Provenance({ decision }: { decision: DecisionDocument }) {
  const { quality } = decision;
  const flags = quality.flags.filter((flag) => flag !== 'simulated' && flag !== 'stale');
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 text-[13px] text-faint">
      {decision.simulated && <Simulated />}
      {quality.stale && <Stale />}
      <span className="tabular">as of {utc(decision.asOf)} UTC</span>
      <span aria-hidden="true">·</span>
      <span>source {decision.source}</span>
      <span aria-hidden="true">·</span>
      <span className="tabular" title={`${quality.checkedBars} bars checked, ${quality.rejectedBars} kept apart`}>
        quality {percent(quality.score)}
      </span>
      {flags.map((flag) => (
        <Badge key={flag} tone="warn">
          {words(flag)}
        </Badge>
      ))}
    </div>
  );
}

export function Notices({ notices }: { notices: readonly string[] }) {
  if (notices.length === 0) return null;
  return (
    <ul aria-label="Notices" className="flex flex-col gap-1 rounded-lg bg-raised px-4 py-2.5 text-[13.5px] text-soft">
      {notices.map((notice) => (
        <li key={notice}>{readable(notice)}</li>
      ))}
    </ul>
  );
}
