import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, parseTime, toIso } from '../../../domain/time.ts';
import { fromWall, parseZone } from './zone.ts';

describe('zones of files', () => {
  it.each([
    ['UTC', '2025-06-30T14:00:00.000Z'],
    ['Z', '2025-06-30T14:00:00.000Z'],
    ['+02:00', '2025-06-30T12:00:00.000Z'],
    ['-0500', '2025-06-30T19:00:00.000Z'],
    ['broker', '2025-06-30T11:00:00.000Z'],
    ['Europe/Berlin', '2025-06-30T12:00:00.000Z'],
    ['America/New_York', '2025-06-30T18:00:00.000Z'],
    ['Asia/Kolkata', '2025-06-30T08:30:00.000Z'],
  ])('14:00 in %s is %s', (name, utc) => {
    expect(toIso(fromWall(parseZone(name), parseTime('2025-06-30T14:00:00Z')))).toBe(utc);
  });

  it('knows summer and winter', () => {
    const wall = parseTime('2025-01-30T14:00:00Z');
    expect(toIso(fromWall(parseZone('broker'), wall))).toBe('2025-01-30T12:00:00.000Z');
    expect(toIso(fromWall(parseZone('Europe/London'), wall))).toBe('2025-01-30T14:00:00.000Z');
  });

  it('goes to the wall clock and back, but for the hours that happen twice', () => {
    const zone = fc
      .constantFrom('UTC', '+05:30', 'broker', 'Europe/Athens', 'America/New_York', 'Australia/Sydney')
      .map(parseZone);
    fc.assert(
      fc.property(zone, fc.integer({ min: parseTime('2001-01-01'), max: parseTime('2039-01-01') }), (place, time) => {
        const back = fromWall(place, time + place.offsetAt(time));
        expect([0, -HOUR]).toContain(back - time);
        expect(back + place.offsetAt(back)).toBe(time + place.offsetAt(time));
      }),
    );
  });

  it('refuses what is no zone', () => {
    expect(() => parseZone('Mars/Olympus')).toThrow('not a time zone');
    expect(() => parseZone('+99:00')).toThrow('not a time zone');
  });
});
