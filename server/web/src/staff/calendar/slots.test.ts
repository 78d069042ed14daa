import { describe, expect, it } from 'vitest';
import { type Search, formOf, slotsByDay, toWish } from './slots';

const ny = 'America/New_York';
const search = (more: Partial<Search> = {}): Search => ({
  service: 2, client: [{ id: 7, label: 'Ana Ruiz' }], staff: [{ id: 3, label: 'Nora' }, { id: 5, label: 'Sam' }], together: false,
  minutes: 50, from: '2026-03-07', days: 7, inRoom: false, ...more,
});

describe('looking for a time', () => {
  it('asks for whole days of the site, across a change of the clocks', () => {
    expect(toWish(search(), 1, ny).wish).toEqual({
      service: 2, site: 1, duration_minutes: 50, from: '2026-03-07T05:00:00Z', until: '2026-03-14T04:00:00Z', staff: '3,5',
      rank: 'soonest', limit: 60, client: 7,
    });
  });
  it('asks for a room with a seat for each, and for all together, only when wanted', () => {
    expect(toWish(search({ inRoom: true, together: true }), 1, ny).wish).toMatchObject({ seats: 2, together: true });
    expect(toWish(search({ together: true, staff: [{ id: 3, label: 'Nora' }], client: [] }), 1, ny).wish).not.toHaveProperty('together');
  });
  it('says what is missing, each at its field', () => {
    expect(toWish(search({ service: null, staff: [], minutes: 0, from: '' }), 1, ny).problems.map((p) => p.pointer)).toEqual([
      '?service', '?staff', '?duration_minutes', '?from',
    ]);
  });
});

const slot = { starts_at: '2026-03-10T22:00:00Z', ends_at: '2026-03-10T22:50:00Z', zone: ny, staff: [5], room: 4 };

it('lists found times by day', () => {
  const late = { ...slot, starts_at: '2026-03-11T03:30:00Z' }; // still the 10th on the wall
  const next = { ...slot, starts_at: '2026-03-11T14:00:00Z' };
  expect(slotsByDay([next, slot, late]).map((d) => [d.date, d.slots.length])).toEqual([['2026-03-10', 2], ['2026-03-11', 1]]);
});

it('begins a booking with what was found', () => {
  expect(formOf(slot, search(), ny)).toEqual({
    kind: 'one_on_one', service: 2, date: '2026-03-10', time: '18:00', duration: 50, facilitators: [{ id: 5, label: 'Sam' }],
    clients: [{ id: 7, label: 'Ana Ruiz' }], room: 4,
  });
});
