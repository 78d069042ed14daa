import { expect, it } from 'vitest';
import type { Concerned } from '../../api-types';
import { formRefusal } from '../../problem';
import { decisionsOf, firstProposals, optionsOf, stillOffered, toldAtMost, wrongBySession } from './decisions';

const concerned = (session: number, more: Partial<Concerned> = {}, proposals: Partial<Concerned['proposals']> = {}): Concerned => ({
  session, version: 1, kind: 'one_on_one', title: 'Counseling', starts_at: '2026-03-10T14:00:00Z', ends_at: '2026-03-10T14:50:00Z',
  zone: 'America/New_York', room: 2, link: '', expected: 1, facilitators: [{ staff: 3, name: 'Nora Lindqvist', leads: true }],
  proposals: { substitutes: [], slots: [], telehealth: 'needs_link', cancel: true, ...proposals }, ...more,
});
const samuel = { staff: 4, name: 'Samuel Okafor', facilitates: false, caseload: 1 };
const later = { starts_at: '2026-03-11T18:00:00Z', ends_at: '2026-03-11T18:50:00Z', room: 5 };
const all = { where: true };
const of = (c: Concerned) => optionsOf(c, all, [{ id: 5, name: 'Garden room' }]);

it('offers who is free, then times, and always a cancellation', () => {
  const options = of(concerned(1, {}, { substitutes: [samuel], slots: [later] }));
  expect(options.map((o) => o.label)).toEqual(['Samuel Okafor takes it', 'Move to Wed 11 Mar 14:00–14:50', 'By telehealth', 'Cancel it', 'Leave it as it is']);
  expect(options[0]!.detail).toBe('free, and may lead it, knows 1 client of it');
  expect(options[1]!.detail).toBe('everybody is free, in Garden room');
});
it('offers another room and telehealth only to those who may say where', () => {
  const c = concerned(1, {}, { room: { room: 5, name: 'Garden room', seats: 20 } });
  const keys = (where: boolean) => optionsOf(c, { where }, []).map((o) => o.key);
  expect(keys(true)).toEqual(['room-5', 'telehealth', 'cancel', 'leave']);
  expect(keys(false)).toEqual(['cancel', 'leave']);
});
it('asks for what is chosen, and for nothing about a session that is left', () => {
  const sessions = [concerned(1, {}, { slots: [later] }), concerned(2), concerned(3)];
  const choices = { 1: { key: 'move-2026-03-11T18:00:00Z', link: '' }, 3: { key: 'cancel', link: '' } };
  expect(decisionsOf(sessions, of, choices)).toEqual([
    { session: 1, action: 'move', starts_at: '2026-03-11T18:00:00Z', room: 5 },
    { session: 3, action: 'cancel' },
  ]);
});
it('sends a link with telehealth alone', () => {
  const options = (c: Concerned) => optionsOf(c, all, []);
  const sessions = [concerned(1), concerned(2)];
  const choices = { 1: { key: 'telehealth', link: ' https://meet.example/a ' }, 2: { key: 'cancel', link: 'https://left.over' } };
  expect(decisionsOf(sessions, options, choices)).toEqual([
    { session: 1, action: 'telehealth', link: 'https://meet.example/a' },
    { session: 2, action: 'cancel' },
  ]);
});
it('takes first proposals for what is undecided, and never cancels by itself', () => {
  const sessions = [concerned(1, {}, { substitutes: [samuel] }), concerned(2), concerned(3, {}, { substitutes: [samuel] })];
  expect(firstProposals(sessions, of, { 3: { key: 'cancel', link: '' } })).toEqual({
    1: { key: 'substitute-4', link: '' }, 3: { key: 'cancel', link: '' },
  });
});
it('keeps of the choices what a newer list still offers', () => {
  const choices = { 1: { key: 'substitute-4', link: '' }, 2: { key: 'cancel', link: '' }, 9: { key: 'cancel', link: '' } };
  expect(stillOffered([concerned(1), concerned(2)], of, choices)).toEqual({ 2: { key: 'cancel', link: '' } });
});
it('tells nobody of somebody else who leads', () => {
  const sessions = [concerned(1, { expected: 8 }), concerned(2, { expected: 3 })];
  expect(toldAtMost(sessions, [{ session: 1, action: 'substitute', staff: 4 }, { session: 2, action: 'cancel' }])).toBe(3);
});
it('finds the session that a refused decision was about', () => {
  const refusal = formRefusal([{ pointer: '/decisions/1/staff', code: 'taken', message: 'Taken.' }, { pointer: '/until', code: 'x', message: 'No.' }]);
  expect(wrongBySession(refusal, [{ session: 7, action: 'cancel' }, { session: 9, action: 'substitute', staff: 4 }])).toEqual({
    9: [{ pointer: '/decisions/1/staff', code: 'taken', message: 'Taken.' }],
  });
});
