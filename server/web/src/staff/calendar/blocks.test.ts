import { describe, expect, it } from 'vitest';
import type { Room, Session, Staff } from '../../api-types';
import {
  addMinutes, addressOf, begunAndOver, blockOf, byDay, closedOn, columnsFor, columnsOf, daysOf, drawn, fits, hoursOf, moved, noFilter, offsetText, passes, placeOf,
  rangeOf, resized, same, unchanged, undoOf,
} from './blocks';

const ny = 'America/New_York';
const session = (more: Partial<Session> = {}): Session => ({
  id: 1, site: 1, zone: ny, service: 2, service_name: 'Counseling', kind: 'one_on_one', title: 'Counseling', link: '',
  starts_at: '2026-03-10T22:00:00Z', ends_at: '2026-03-10T22:50:00Z', status: 'scheduled', version: 3, seats: 1, closed: false,
  expected: 1, confirmed: 0, cant_come: 0, facilitators: [{ staff: 3, name: 'Nora', leads: true }], topic: '', ...more,
});
const before = Date.parse('2026-03-01T00:00:00Z');

describe('the address', () => {
  const left = { view: 'week', by: 'staff', site: 0, filter: noFilter } as const;
  it('names view and day, and forgives nonsense', () => {
    expect(placeOf(['calendar', 'day', '2026-03-10'], left, '2026-03-01')).toEqual({ ...left, view: 'day', date: '2026-03-10' });
    expect(placeOf(['calendar', 'month', '2026-13-40', 'room-x', 'status-', 'by-moon', 'constructor'], left, '2026-03-01')).toEqual({ ...left, date: '2026-03-01' });
  });
  it('is as it was left when it says nothing', () => {
    const filtered = { ...left, view: 'list', by: 'room', filter: { ...noFilter, room: 4 } } as const;
    expect(placeOf(['calendar'], filtered, '2026-03-01')).toEqual({ ...filtered, date: '2026-03-01' });
    // What it says, it says whole.
    expect(placeOf(['calendar', 'week', '2026-03-10'], filtered, '2026-03-01')).toEqual({ ...left, date: '2026-03-10' });
  });
  it('holds what is shown only', () => {
    const place = { view: 'day', date: '2026-03-10', by: 'room', site: 2, filter: { staff: 3, room: 0, service: 5, status: 'all' } } as const;
    expect(addressOf(place)).toBe('/calendar/day/2026-03-10/by-room/site-2/staff-3/room-0/service-5/status-all');
    expect(placeOf(addressOf(place).slice(1).split('/'), left, '2026-03-01')).toEqual(place);
    expect(addressOf({ ...left, date: '2026-03-10' })).toBe('/calendar/week/2026-03-10');
  });
  it('shows a week from Monday', () => {
    expect(daysOf({ view: 'week', date: '2026-03-10' })).toEqual([
      '2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13', '2026-03-14', '2026-03-15',
    ]);
    expect(daysOf({ view: 'day', date: '2026-03-10' })).toEqual(['2026-03-10']);
  });
  it('asks for what began the evening before as well, across a change of the clocks', () => {
    // 8 March 2026 begins at 05:00Z in New York and is 23 hours long.
    expect(rangeOf(['2026-03-08'], ny)).toEqual({ from: '2026-03-07T17:00:00Z', until: '2026-03-09T04:00:00Z' });
  });
});

describe('placing a session', () => {
  it('puts it on the wall of its site', () => {
    expect(blockOf(session(), before)).toMatchObject({ start: '2026-03-10T18:00', end: '2026-03-10T18:50', movable: true });
    expect(blockOf(session({ zone: 'Asia/Tokyo' }), before).start).toBe('2026-03-11T07:00');
  });
  it('draws what ends before it began, on the wall, as long as it lasts', () => {
    // 01:30 EDT to 01:20 EST: fifty minutes in the night when an hour comes twice.
    const night = session({ starts_at: '2026-11-01T05:30:00Z', ends_at: '2026-11-01T06:20:00Z' });
    expect(blockOf(night, before)).toMatchObject({ start: '2026-11-01T01:30', end: '2026-11-01T02:20' });
  });
  it('holds what has begun, was cancelled or is closed', () => {
    expect(blockOf(session(), Date.parse('2026-03-10T22:00:00Z')).movable).toBe(false);
    expect(blockOf(session({ status: 'cancelled' }), before).movable).toBe(false);
    expect(blockOf(session({ closed: true }), before).movable).toBe(false);
  });
  it('is drawn anew when one begins, and when it ends', () => {
    const at = (time: string) => begunAndOver([session()], Date.parse(`2026-03-10T${time}Z`));
    expect([at('21:59:59'), at('22:00:00'), at('22:49:59'), at('22:50:00')]).toEqual([0, 1, 1, 2]);
  });
  it('draws the working day and what lies beyond it', () => {
    const early = blockOf(session({ starts_at: '2026-03-10T10:15:00Z', ends_at: '2026-03-10T11:00:00Z' }), before); // 06:15
    const late = blockOf(session({ starts_at: '2026-03-11T00:30:00Z', ends_at: '2026-03-11T01:10:00Z' }), before); // until 21:10
    const night = blockOf(session({ starts_at: '2026-03-11T03:00:00Z', ends_at: '2026-03-11T05:00:00Z' }), before); // 23:00–01:00
    expect(hoursOf([blockOf(session(), before)], ['2026-03-10'])).toEqual({ from: 8, until: 19 }); // 18:00–18:50
    expect(hoursOf([early, late], ['2026-03-10'])).toEqual({ from: 6, until: 22 });
    expect(hoursOf([night], ['2026-03-10'])).toEqual({ from: 8, until: 24 });
    expect(hoursOf([night], ['2026-03-11'])).toEqual({ from: 0, until: 18 });
    expect(hoursOf([early], ['2026-03-11'])).toEqual({ from: 8, until: 18 });
  });
});

describe('choosing', () => {
  it('filters by person, room, service and status', () => {
    const s = session({ room: 4, status: 'cancelled' });
    expect(passes(s, noFilter)).toBe(false);
    expect(passes(s, { ...noFilter, status: 'all' })).toBe(true);
    expect(passes(s, { ...noFilter, status: 'cancelled', room: 4, staff: 3, service: 2 })).toBe(true);
    expect(passes(s, { ...noFilter, status: 'all', room: 0 })).toBe(false);
    expect(passes(session(), { ...noFilter, room: 0 })).toBe(true);
    expect(passes(session(), { ...noFilter, staff: 9 })).toBe(false);
  });
  it('keeps what is as it was', () => {
    const before = [session({ id: 1 }), session({ id: 2 })];
    const again = () => [session({ id: 1 }), session({ id: 2 })];
    expect(unchanged(before, again())).toBe(before);
    const [one, two] = unchanged(before, [session({ id: 1 }), session({ id: 2, confirmed: 1 })]);
    expect([one === before[0], two === before[1], two?.confirmed]).toEqual([true, false, 1]);
    expect(unchanged(before, again().slice(1))).toEqual([before[1]]);
    expect(unchanged(null, before)).toBe(before);
  });
  it('lists days in order, and no empty ones', () => {
    const a = session({ id: 1 });
    const b = session({ id: 2, starts_at: '2026-03-10T14:00:00Z' });
    const c = session({ id: 3, starts_at: '2026-03-13T01:00:00Z' }); // 12 March, 21:00
    expect(byDay([c, a, b], daysOf({ view: 'list', date: '2026-03-10' })).map((d) => [d.date, d.sessions.map((s) => s.id)])).toEqual([
      ['2026-03-10', [2, 1]], ['2026-03-12', [3]],
    ]);
  });
  it('has a column for everybody who sees clients and whoever leads', () => {
    const staff = [
      { id: 3, name: 'Nora', role: 'counselor', site: 1, active: true }, { id: 5, name: 'Fran', role: 'front_desk', site: 1, active: true },
      { id: 6, name: 'Alma', role: 'clinician', site: 1, active: true }, { id: 7, name: 'Gone', role: 'counselor', site: 1, active: false },
    ] as Staff[];
    const led = session({ facilitators: [{ staff: 9, name: 'Vera', leads: true }, { staff: 3, name: 'Nora', leads: false }] });
    expect(columnsOf('staff', [led], staff, [], noFilter).map((c) => c.label)).toEqual(['Alma', 'Nora', 'Vera']);
    expect(columnsOf('staff', [led], staff, [], { ...noFilter, staff: 3 }).map((c) => c.id)).toEqual(['staff-3']);
    expect(columnsFor(led, 'staff')).toEqual(['staff-9', 'staff-3']);
  });
  it('has a column without a room only when something is there', () => {
    const rooms = [{ id: 2, name: 'Maple' }] as Room[];
    expect(columnsOf('room', [session({ room: 2 })], [], rooms, noFilter).map((c) => c.id)).toEqual(['room-2']);
    expect(columnsOf('room', [session()], [], rooms, noFilter).map((c) => c.id)).toEqual(['room-2', 'room-0']);
  });
});

describe('dragging', () => {
  it('keeps the wall time across a change of the clocks', () => {
    // From Friday 6 March 18:00 EST, three days on: Monday 18:00 EDT.
    const friday = session({ starts_at: '2026-03-06T23:00:00Z', ends_at: '2026-03-06T23:50:00Z' });
    expect(moved(friday, 3 * 86_400)).toEqual({ date: '2026-03-09', time: '18:00', minutes: 50, room: null, facilitators: [3] });
    expect(moved(friday, -15 * 60, 'room-2', 'room-4')).toEqual({ date: '2026-03-06', time: '17:45', minutes: 50, room: 4, facilitators: [3] });
  });
  it('puts one person in another’s place, and nobody twice', () => {
    const led = session({ room: 2, facilitators: [{ staff: 9, name: 'Vera', leads: true }, { staff: 3, name: 'Nora', leads: false }] });
    expect(moved(led, 0, 'staff-9', 'staff-5')).toMatchObject({ facilitators: [5, 3], room: 2 });
    expect([fits(led, 'staff-5'), fits(led, 'staff-3'), fits(led, 'room-4'), fits(led, 'room-0')]).toEqual([true, false, true, false]);
  });
  it('resizes within what a session may last', () => {
    expect(same(session(), resized(session(), 0))).toBe(true);
    expect(same(session(), resized(session(), 60))).toBe(false);
    expect(resized(session({ room: 2 }), 15 * 60)).toEqual({ date: '2026-03-10', time: '18:00', minutes: 65, room: 2, facilitators: [3] });
    expect(resized(session(), -3600).minutes).toBe(5);
    expect(resized(session(), 20 * 3600).minutes).toBe(720);
  });
  it('is undone by what it changed, and not at all where that cannot be', () => {
    const was = session({ room: 2 });
    expect(undoOf(was, { ...was, version: 4 })).toBeNull();
    expect(undoOf(was, session({ room: 4, starts_at: '2026-03-10T23:00:00Z', ends_at: '2026-03-10T23:50:00Z' }))).toEqual({
      starts_at: '2026-03-10T22:00:00Z', room: 2,
    });
    expect(undoOf(was, session({ room: 2, ends_at: '2026-03-10T23:00:00Z', facilitators: [{ staff: 9, name: 'Vera', leads: true }] }))).toEqual({
      duration_minutes: 50, facilitators: [3],
    });
    expect(undoOf(session(), session({ room: 4 }))).toBeNull();
  });
  it('books where it was drawn', () => {
    expect(drawn('2026-03-10T09:15:00', '2026-03-10T10:00:00', 'room-4')).toEqual({ date: '2026-03-10', time: '09:15', minutes: 45, staff: null, room: 4 });
    expect(drawn('2026-03-10T09:15:00', '2026-03-10T10:00:00', 'staff-3')).toMatchObject({ staff: 3, room: null });
    expect(drawn('2026-03-10T09:15:00', '2026-03-10T10:00:00', 'room-0')).toMatchObject({ staff: null, room: null });
  });
});

it('tells how far a zone is from UTC', () => {
  expect(offsetText(Date.parse('2026-03-10T22:00:20Z'), ny)).toBe('-04:00');
  expect(offsetText(Date.parse('2026-01-10T22:00:00Z'), ny)).toBe('-05:00');
  expect(offsetText(Date.parse('2026-01-10T22:00:00Z'), 'Asia/Kolkata')).toBe('+05:30');
  expect(addMinutes('2026-12-31T23:50', 20)).toBe('2027-01-01T00:10');
});

it('knows closed days, the last one included', () => {
  const closures = [1, 2].map((id) => ({ id, from_on: '2026-12-24', until_on: '2026-12-26', name: 'Holidays', source: '' }));
  expect(closedOn('2026-12-23', closures)).toBe('');
  expect(closedOn('2026-12-26', closures)).toBe('Holidays');
});
