import { describe, expect, it } from 'vitest';
import type { Availability, StaffException } from '../../api-types';
import { awayAllDay, openWords, siteShades, staffShades } from './shade';

const tuesday = '2026-03-10';
const ny = 'America/New_York';
const times = (of: { start: string; end: string; why: string }[]) => of.map((s) => `${s.start.slice(5)} ${s.end.slice(5)} ${s.why}`.trim());
const person = (more: Partial<Availability>): Availability => ({ staff: 3, hours: [], blocks: [], credentials: [], exceptions: [], ...more });
const exception = (kind: StaffException['kind'], from: string, until: string): StaffException => ({ id: 1, kind, from, until, note: '' });

describe('a site', () => {
  const hours = [{ weekday: 2, from: '13:00', until: '17:00' }, { weekday: 2, from: '09:00', until: '12:00' }, { weekday: 3, from: '20:00', until: '00:00' }];
  it('is closed beside its hours', () => {
    expect(times(siteShades(tuesday, hours))).toEqual(['03-10T00:00 03-10T09:00', '03-10T12:00 03-10T13:00', '03-10T17:00 03-11T00:00']);
    expect(times(siteShades('2026-03-11', hours))).toEqual(['03-11T00:00 03-11T20:00']);
    expect(times(siteShades('2026-03-12', hours))).toEqual(['03-12T00:00 03-13T00:00']);
    expect([openWords(tuesday, hours), openWords('2026-03-12', hours)]).toEqual(['09:00–12:00, 13:00–17:00', '']);
  });
  it('without hours is always open', () => expect(siteShades(tuesday, [])).toEqual([]));
});

describe('somebody', () => {
  const hours = [{ site: 1, weekday: 2, from: '09:00', until: '17:00' }, { site: 2, weekday: 2, from: '18:00', until: '20:00' }];
  it('works where their hours are', () => {
    expect(times(staffShades(tuesday, person({ hours }), 1, ny))).toEqual(['03-10T00:00 03-10T09:00', '03-10T17:00 03-11T00:00']);
    expect(times(staffShades(tuesday, person({ hours: hours.slice(1) }), 1, ny))).toEqual(['03-10T00:00 03-11T00:00']);
    expect(staffShades(tuesday, person({}), 1, ny)).toEqual([]);
  });
  it('has lunch, extra hours and leave, on the wall of the site', () => {
    const one = person({
      hours, blocks: [{ weekday: 2, from: '12:00', until: '12:30', kind: 'lunch' }],
      exceptions: [exception('extra', '2026-03-10T21:00:00Z', '2026-03-10T22:00:00Z'), exception('off', '2026-03-10T13:00:00Z', '2026-03-10T14:30:00Z')],
    });
    expect(times(staffShades(tuesday, one, 1, ny))).toEqual([
      '03-10T00:00 03-10T09:00', '03-10T18:00 03-11T00:00', '03-10T12:00 03-10T12:30 Lunch', '03-10T09:00 03-10T10:30 Off',
    ]);
  });
  it('is away for days, the last one until its midnight', () => {
    const one = person({ exceptions: [exception('leave', '2026-03-09T04:00:00Z', '2026-03-11T04:00:00Z')] });
    expect(awayAllDay(staffShades(tuesday, one, 1, ny))).toBe('Leave');
    expect(staffShades('2026-03-11', one, 1, ny)).toEqual([]);
    expect(awayAllDay(staffShades(tuesday, person({ exceptions: [exception('off', '2026-03-10T13:00:00Z', '2026-03-11T04:00:00Z')] }), 1, ny))).toBe('');
  });
});
