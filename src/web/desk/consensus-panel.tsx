import type { Consensus } from '../../domain/signal.ts';
import { Badge, Direction } from '../parts/badge.tsx';
import { Card, Stat, toneOf } from '../parts/card.tsx';
import { capital, percent, signed, signedPercent, words } from '../parts/format.ts';
import { Placeholder } from '../parts/states.tsx';
import { nameOf } from './analysts.ts';

/** Where the panel stands between short and long, and who moved it there. */
export function ConsensusPanel({ consensus }: { consensus?: Consensus }) {
  return (
    <Card title="Consensus" aside={consensus ? <Direction of={consensus.direction} /> : undefined}>
      {consensus ? (
        <div className="arrive">
          <Gauge consensus={consensus} />
          <dl className="mt-4 grid grid-cols-3 gap-3">
            <Stat
              label={consensus.calibrated ? 'Probability' : 'Probability*'}
              hint={consensus.calibrated ? undefined : '*not calibrated'}
            >
              {percent(consensus.probability)}
            </Stat>
            <Stat label="Expected move" hint={`${consensus.horizon.bars} × ${consensus.horizon.interval}`}>
              {signedPercent(consensus.expectedMove)}
            </Stat>
            <Stat
              label="Quorum"
              hint={`needs ${percent(consensus.quorum.required)}`}
              tone={consensus.quorum.met ? '' : 'text-down'}
            >
              {percent(consensus.quorum.present)}
            </Stat>
          </dl>
          <Votes consensus={consensus} />
        </div>
      ) : (
        <div className="flex flex-col gap-4" role="status" aria-label="Waiting for the votes">
          <Placeholder className="h-16" />
          <Placeholder className="h-12" />
          <Placeholder className="h-[132px]" />
        </div>
      )}
    </Card>
  );
}

/** −1 to +1 with the band inside which nobody trades. */
function Gauge({ consensus }: { consensus: Consensus }) {
  const { conviction, band, direction } = consensus;
  const edge = band.held === 'flat' ? band.enter : band.exit;
  const place = (value: number) => `${50 + Math.max(-1, Math.min(1, value)) * 50}%`;
  const colour = direction === 'long' ? 'bg-up' : direction === 'short' ? 'bg-down' : 'bg-faint';
  const reason = consensus.reason ? capital(words(consensus.reason)) : undefined;
  return (
    <div>
      <div className="flex items-baseline justify-between gap-2">
        <p className="tabular text-[28px] font-semibold leading-8 tracking-tight">
          <span className={direction === 'flat' ? '' : toneOf(conviction)}>{signed(conviction)}</span>
          <span className="ml-2 text-[12.5px] font-normal text-faint">conviction</span>
        </p>
        {reason && <Badge>{reason}</Badge>}
      </div>
      <div
        role="img"
        aria-label={`Conviction ${signed(conviction)} on a scale from −1, short, to +1, long. Between −${edge.toFixed(2)} and +${edge.toFixed(2)} the desk does not trade.`}
        className="relative mt-3 h-3"
      >
        <div className="absolute inset-x-0 top-1 h-1 rounded-full bg-raised" />
        <div
          className="absolute top-0 h-3 rounded-[3px] bg-line"
          style={{ left: place(-edge), right: `calc(100% - ${place(edge)})` }}
        />
        <div
          className={`absolute top-1 h-1 ${colour}`}
          style={
            conviction >= 0
              ? { left: '50%', width: `${conviction * 50}%` }
              : { right: '50%', width: `${-conviction * 50}%` }
          }
        />
        <div
          className={`absolute -top-0.5 h-4 w-1.5 -translate-x-1/2 rounded-full ring-2 ring-surface ${colour}`}
          style={{ left: place(conviction) }}
        />
      </div>
      <div className="tabular mt-1 flex justify-between text-[11.5px] text-faint" aria-hidden="true">
        <span>−1 short</span>
        <span>no trade within ±{edge.toFixed(2)}</span>
        <span>long +1</span>
      </div>
    </div>
  );
}

function Votes({ consensus }: { consensus: Consensus }) {
  const largest = Math.max(0.05, ...consensus.votes.map((vote) => Math.abs(vote.contribution)));
  return (
    <table className="tabular mt-4 w-full text-[12.5px]">
      <caption className="sr-only">What each analyst added to the conviction</caption>
      <thead className="sr-only">
        <tr>
          <th>Analyst</th>
          <th>Weight</th>
          <th>Direction</th>
          <th>Contribution</th>
        </tr>
      </thead>
      <tbody>
        {consensus.votes.map(({ analyst, weight, contribution }) => (
          <tr key={analyst} className={weight === 0 ? 'text-faint' : ''}>
            <td className="w-28 py-0.5 pr-2">{nameOf(analyst)}</td>
            <td className="w-10 py-0.5 pr-2 text-right text-faint">{percent(weight)}</td>
            <td className="py-0.5">
              <div className="relative h-2.5" aria-hidden="true">
                <div className="absolute inset-y-0 left-1/2 w-px bg-line" />
                <div
                  className={`absolute inset-y-0.5 rounded-sm ${contribution >= 0 ? 'left-1/2 bg-up' : 'right-1/2 bg-down'}`}
                  style={{ width: `${(Math.abs(contribution) / largest) * 48}%` }}
                />
              </div>
            </td>
            <td className="w-14 py-0.5 text-right font-medium">{weight === 0 ? 'no view' : signed(contribution)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
