import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../../domain/instruments.ts';
import { parseTime, toIso } from '../../domain/time.ts';
import { needsShared, sharedBytes, sharedJson } from '../../testing/shared.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { checkBars } from './check-bars.ts';
import { readBarsFile } from './file.ts';

interface Planted {
  kind: string;
  time?: string;
  first_missing?: string;
  last_missing?: string;
  first?: string;
  second?: string;
  after?: string[];
}

const inspect = (symbol: string, name: string) => {
  const bytes = sharedBytes('data', 'dirty', 'derived', name);
  const file = readBarsFile(bytes, { symbol, receiveTime: 0, timeZone: 'UTC' });
  const { interval } = file.detected;
  const checked = checkBars(file.bars, { instrument: requireInstrument(symbol), interval, calendar: sessionCalendar });
  return { file, checked };
};

describe.skipIf(!needsShared('files with planted defects', 'data', 'dirty', 'derived'))(
  'files with planted defects',
  () => {
    const files = [
      ['EURUSD', 'EURUSD_5m_dirty_1'],
      ['USDJPY', 'USDJPY_5m_dirty_2'],
    ] as const;

    it.each(files)('show every defect of %s that was planted', (symbol, name) => {
      const { file, checked } = inspect(symbol, `${name}.csv`);
      const planted = sharedJson<Planted[]>('data', 'dirty', 'derived', `${name}.defects.json`);
      const at = (text: string) => toIso(parseTime(text));
      const told = [...file.defects, ...checked.defects];
      const found = ({ kind, time, after, ...between }: Planted): boolean => {
        if (kind === 'bom') return file.notices.includes('It begins with a byte order mark.');
        if (kind === 'crlf') return file.notices.includes('Its lines end in CR LF.');
        if (kind === 'gap') {
          const from = parseTime(between.first_missing!);
          return checked.gaps.some((gap) => gap.from <= from && gap.to > parseTime(between.last_missing!));
        }
        const stamps = [time, after?.[0], between.first, between.second].flatMap((each) =>
          each ? [each, at(each)] : [],
        );
        return (
          told.some((each) => stamps.includes(each.at)) || file.deviations.some((each) => stamps.includes(each.at))
        );
      };
      expect(planted.length).toBeGreaterThanOrEqual(20);
      expect(planted.filter((each) => !found(each)).map((each) => each.kind)).toEqual([]);
    });

    it.each(files)('raise no alarm on the clean file of %s', (symbol, name) => {
      const { file, checked } = inspect(symbol, `${name}.clean.csv`);
      expect([...file.defects, ...file.deviations, ...checked.defects]).toEqual([]);
      expect(checked.accepted).toHaveLength(600);
    });

    it.each(files)('accept of %s only what the clean file has too', (symbol, name) => {
      const clean = new Map(inspect(symbol, `${name}.clean.csv`).checked.accepted.map((bar) => [bar.openTime, bar]));
      const offset = sharedJson<Planted[]>('data', 'dirty', 'derived', `${name}.defects.json`).find(
        (each) => each.kind === 'offset_stamp',
      )!;
      for (const bar of inspect(symbol, `${name}.csv`).checked.accepted) {
        // A row that states an offset means another moment than the clean row it was made from.
        if (toIso(bar.openTime) === toIso(parseTime(offset.after![0]!))) continue;
        expect(clean.get(bar.openTime)).toEqual(bar);
      }
    });
  },
);
