import { describe, expect, it } from 'vitest';
import { type Entry, blank, checkDigit, press, readNumber, shownDigits } from './entry';

// ISO/IEC 7064 gives 0794 the check digit 5 in MOD 11,10; 1234567 was worked out by hand: 2.
const good = '12345672';
const keys = (text: string, tapped: boolean, from: Entry = blank) =>
  [...text].reduce((at, key) => press(at.entry, key, tapped), { entry: from } as ReturnType<typeof press>);

describe('a card’s number', () => {
  it('ends in the digit that checks the others', () => {
    expect(checkDigit('0794')).toBe('5');
    expect(checkDigit('1234567')).toBe(good.at(-1));
  });
  it.each([
    ['as printed', '1234 5672', good],
    ['with a hyphen', '1234-5672', good],
    ['one digit wrong', '12345674', null],
    ['two swapped', '21345672', null],
    ['too short', '1234567', null],
    ['too long', '123456720', null],
    ['letters', 'ABCDEFGH', null],
    ['an address from a scanner', 'https://example.org/12345672', null],
  ])('%s', (_, typed, number) => expect(readNumber(typed)).toBe(number));
});

describe('tapping', () => {
  it('goes on by itself when number and PIN are complete', () => {
    const afterNumber = keys(good, true);
    expect(afterNumber.entry).toEqual({ step: 'pin', typed: '', number: good, complaint: '' });
    const done = keys('4711', true, afterNumber.entry);
    expect(done.ready).toEqual({ number: good, pin: '4711' });
    expect(done.entry).toEqual(blank);
  });
  it('says when a number is none, and forgets it', () => {
    expect(keys('12345674', true).entry).toEqual({ ...blank, complaint: 'not_a_card' });
  });
});

describe('a scanner or a keyboard', () => {
  it('ends each with Enter', () => {
    expect(keys(good, false).entry.step).toBe('number');
    const afterNumber = press(keys(good, false).entry, 'Enter', false);
    expect(afterNumber.entry.step).toBe('pin');
    expect(press(afterNumber.entry, 'Enter', false).entry.step).toBe('pin'); // a second Enter sends nothing
    expect(press(keys('4711', false, afterNumber.entry).entry, 'Enter', false).ready).toEqual({ number: good, pin: '4711' });
  });
  it('does not take the rest of a longer code for a PIN', () => {
    const scanned = press(keys(good + '99999', false).entry, 'Enter', false);
    expect(scanned.entry).toEqual({ ...blank, complaint: 'not_a_card' });
    expect(scanned.ready).toBeUndefined();
  });
  it('takes garbage for no card, however long it is', () => {
    expect(press(keys('WIFI:S:guest;T:WPA;P:'.repeat(9), false).entry, 'Enter', false).entry.complaint).toBe('not_a_card');
  });
  it('asks for all four digits of a PIN', () => {
    const pin = keys('47', false, { step: 'pin', typed: '', number: good, complaint: '' });
    expect(press(pin.entry, 'Enter', false)).toEqual({ entry: { ...pin.entry, complaint: 'short_pin' } });
    expect(press(pin.entry, 'Backspace', false).entry.typed).toBe('4');
    expect(press(pin.entry, 'a', false).entry.typed).toBe('47');
  });
});

it('shows digits and nothing else', () => {
  expect(shownDigits('12a4')).toEqual(['1', '2', '4', '', '', '', '', '']);
});
