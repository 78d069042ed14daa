import { describe, expect, it } from 'vitest';
import server from '../../../reminders/texts.cpp?raw';
import type { EffectiveRule, ReminderRule } from '../api-types';
import {
  type Draft, channelsWords, draftOf, example, exampleAt, offsetChoices, offsetsWords, orderChoices, over, problemsOf, quietWords, ruleOf,
  saysNothing, sentences, usual, waitChoices, wider, widerWords,
} from './rule';

const nothing: ReminderRule = { scope: 'person', of: 9, words: [], version: 0 };
const draft = (more: Partial<Draft> = {}): Draft => ({ ...draftOf(nothing), ...more });

describe('when', () => {
  it('offers plain choices, and whatever else was chosen, the longest first', () => {
    expect(offsetChoices([]).map((c) => c.label)).toEqual([
      'A week before', '2 days before', 'A day before', '12 hours before', '4 hours before', '2 hours before', 'An hour before',
      '30 minutes before', '15 minutes before',
    ]);
    expect(offsetChoices([120, 90]).map((c) => c.minutes)).toEqual([10_080, 2880, 1440, 720, 240, 120, 90, 60, 30, 15]);
    expect(offsetChoices([90]).find((c) => c.minutes === 90)?.label).toBe('1 hour 30 minutes before');
  });
  it('says several in one breath', () => {
    expect(offsetsWords([120, 1440])).toBe('a day and 2 hours before');
    expect(offsetsWords([15, 20_160, 60])).toBe('2 weeks, an hour and 15 minutes before');
    expect(offsetsWords([30])).toBe('30 minutes before');
  });
});

describe('where', () => {
  it('offers what the server has, and keeps what was chosen before', () => {
    const values = (...of: Parameters<typeof orderChoices>) => orderChoices(...of).map((c) => c.value);
    expect(values(['email', 'sms'], usual)).toEqual(['sms,email', 'email,sms', 'sms', 'email', '']);
    expect(values(['sms'], usual)).toEqual(['sms', '']);
    expect(values(['sms'], 'email,sms')).toEqual(['email,sms', 'sms', '']);
    expect(values(['push', 'sms'], usual)).toEqual(['push,sms', 'push', 'sms', '']);
    expect(values(['sms'], 'push,sms,email')).toEqual(['push,sms,email', 'sms', '']);
  });
  it('says the order', () => {
    expect(channelsWords(['sms', 'email'])).toBe('by text message, then by mail');
    expect(channelsWords(['push', 'sms', 'email'])).toBe('by notification, then by text message, then by mail');
    expect(channelsWords([])).toBe('in the app alone');
  });
  it('keeps a wait that is no usual one', () => {
    expect(waitChoices('45').map((c) => c.label)).toEqual(['5 minutes', '15 minutes', '30 minutes', '45 minutes', 'an hour', '2 hours', '4 hours']);
  });
});

describe('a rule and its form', () => {
  it('come back as they went', () => {
    const rule: ReminderRule = {
      ...nothing, offsets_minutes: [1440, 15], channels: ['email'], wait_minutes: 45, quiet: { from: '22:00', until: '07:00' },
      language: 'es', words: [{ language: 'es', text: 'Hasta {when}' }],
    };
    const { scope: _s, of: _o, version: _v, ...said } = rule;
    expect(ruleOf(draftOf(rule))).toEqual(said);
  });
  it('leave open what is left to the wider rule, and blank words', () => {
    expect(ruleOf(draft({ words: { en: '  ', es: '' } }))).toEqual({ words: [] });
    expect(saysNothing(nothing)).toBe(true);
    expect(saysNothing({ ...nothing, channels: [] })).toBe(false);
  });
  it('tell "in the app alone" from what is left open', () => {
    expect(ruleOf(draft({ channels: '' }))).toEqual({ words: [], channels: [] });
    expect(draftOf({ ...nothing, channels: [] }).channels).toBe('');
  });
  it('take times as people type them', () => {
    expect(ruleOf(draft({ quiet: { from: '10 pm', until: '0730' } })).quiet).toEqual({ from: '22:00', until: '07:30' });
  });
  it('find what is wrong at its field', () => {
    expect(problemsOf(draft())).toEqual([]);
    expect(problemsOf(draft({ offsets: [] })).map((p) => p.pointer)).toEqual(['/offsets_minutes']);
    expect(problemsOf(draft({ offsets: [1, 2, 3, 4, 5, 6, 7] })).map((p) => p.message)).toEqual(['Six at most.']);
    expect(problemsOf(draft({ quiet: { from: 'late', until: '' } })).map((p) => p.pointer)).toEqual(['/quiet/from', '/quiet/until']);
  });
});

describe('what the wider rule says', () => {
  const effective: EffectiveRule = {
    offsets_minutes: [60], channels: ['sms'], wait_minutes: 30, quiet: { from: '21:00', until: '08:00' }, language: 'en', example: '',
    offsets_by: 'person', channels_by: 'plan', wait_by: 'programme', quiet_by: 'group', language_by: 'programme', words_by: 'programme',
  };
  it('shows but where the narrower one hides it', () => {
    expect(Object.keys(wider(effective, 'person'))).toEqual(['channels', 'wait_minutes', 'quiet', 'language']);
    expect(Object.keys(wider(effective, 'plan'))).toEqual(['wait_minutes', 'quiet', 'language']);
  });
  it('has words too', () => {
    expect(widerWords({ ...effective, example: 'See you Tue 10 Mar at 18:00.' }, 'plan')).toEqual({ en: 'See you Tue 10 Mar at 18:00.' });
    expect(widerWords({ ...effective, words_by: 'plan' }, 'plan')).toEqual({});
  });
  it('fills what a rule leaves open', () => {
    expect(over({ wait_minutes: 5 }, { wait_minutes: 30, language: 'es' })).toMatchObject({ wait_minutes: 5, language: 'es' });
  });
});

describe('what it will say', () => {
  const at = Date.parse('2026-09-01T22:00:00Z');
  it('puts the time where the words want it, each time', () => {
    expect(example('See you {when}, {name}!', 'en', at, 'America/New_York')).toBe('See you Tue 1 Sep at 18:00, {name}!');
    expect(example('{when}: {when}', 'es', at, 'America/New_York')).toBe('mar 1 sep a las 18:00: mar 1 sep a las 18:00');
    expect(example('Nos vemos', 'es', at, 'UTC')).toBe('Nos vemos');
  });
  it('is the language’s own sentence where there are no words', () => {
    expect(example(' ', 'en', at, 'Asia/Tokyo')).toBe('You have an appointment on Wed 2 Sep at 07:00.');
    expect(example('', 'es', at, 'UTC')).toBe('Tiene una cita el mar 1 sep a las 22:00.');
  });
  it('takes its sentences from the server', () => {
    for (const { reminder, spoken, weekdays, months } of Object.values(sentences)) {
      for (const sentence of [reminder, spoken]) expect(server).toContain(`"${sentence}"`);
      for (const list of [weekdays, months]) expect(server).toContain(list.split(' ').map((w) => `"${w}"`).join(', '));
    }
  });
  it('is about tomorrow', () => {
    expect(new Date(exampleAt(Date.parse('2026-03-10T16:00:00Z'))).toISOString()).toBe('2026-03-11T22:00:00.000Z');
  });
  it('says quiet hours, and when there are none', () => {
    expect(quietWords({ from: '21:00', until: '08:00' })).toBe('21:00–08:00');
    expect(quietWords({ from: '08:00', until: '08:00' })).toBe('never quiet');
  });
});
