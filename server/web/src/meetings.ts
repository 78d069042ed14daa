// Outside meetings in words, for both pages: when and where they are, what kind they are, how far away.
import type { FoundMeeting, Meeting } from './api-types';
import { weekdays } from './time';

// The kinds one can look for. A list's own code that has no word here is shown as it is.
export const typeWords: Record<string, string> = {
  open: 'Open to all',
  closed: 'For members',
  women: 'Women',
  men: 'Men',
  lgbtq: 'LGBTQ',
  young: 'Young people',
  seniors: 'Seniors',
  newcomers: 'Newcomers',
  wheelchair: 'Wheelchair access',
  children: 'Children welcome',
  childcare: 'Childcare',
  no_children: 'No children',
  speaker: 'Speaker',
  steps: 'Steps',
  traditions: 'Traditions',
  literature: 'Literature',
  discussion: 'Discussion',
  meditation: 'Meditation',
  candlelight: 'Candlelight',
  secular: 'Secular',
  bilingual: 'Bilingual',
  sign_language: 'Sign language',
  alumni: 'Alumni',
  language_en: 'English',
  language_es: 'Spanish',
  language_fr: 'French',
  language_de: 'German',
  language_it: 'Italian',
  language_pl: 'Polish',
  language_pt: 'Portuguese',
  language_ru: 'Russian',
  language_uk: 'Ukrainian',
  language_fa: 'Persian',
  language_he: 'Hebrew',
  language_pa: 'Punjabi',
  language_ja: 'Japanese',
  language_ko: 'Korean',
};
export const typeWord = (type: string): string => typeWords[type] ?? type;
// What a search offers, the most asked for first.
export const offeredTypes = ['open', 'women', 'men', 'lgbtq', 'young', 'newcomers', 'wheelchair', 'language_es', 'sign_language', 'speaker', 'meditation', 'secular', 'alumni'];

const everyWeekday = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays'];
const ordinals: Record<string, string> = { 1: 'First', 2: 'Second', 3: 'Third', 4: 'Fourth', 5: 'Fifth', [-1]: 'Last' };

// "Tuesdays 19:00", "First Friday of the month 19:00", "Every 2 weeks, Tuesday 19:00". What goes beyond these
// words is named by its weekday and "some weeks".
export function when(m: Pick<Meeting, 'weekday' | 'rule' | 'time'>): string {
  const day = weekdays[m.weekday]!;
  const parts = new Map(m.rule.split(';').map((part) => part.split('=', 2) as [string, string]));
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const nth = /^(-?\d)[A-Z]{2}$/.exec(parts.get('BYDAY') ?? '')?.[1];
  if (parts.get('FREQ') === 'WEEKLY') return `${interval === 1 ? everyWeekday[m.weekday] : `Every ${interval} weeks, ${day}`} ${m.time}`;
  if (parts.get('FREQ') === 'MONTHLY' && nth && ordinals[nth] && !parts.has('BYSETPOS'))
    return `${ordinals[nth]} ${day} of ${interval === 1 ? 'the month' : `every ${interval} months`} ${m.time}`;
  return `${day}, some weeks, ${m.time}`;
}

// The place, each of its parts once; for one that is online only, nothing.
export const where = (m: Pick<Meeting, 'place' | 'address' | 'town'>): string =>
  [...new Set([m.place, m.address, m.town].filter(Boolean))].join(', ');

export function distance(km: NonNullable<FoundMeeting['distance_km']>): string {
  return km < 1 ? `${Math.max(50, Math.round(km * 20) * 50)} m` : `${km < 10 ? km.toFixed(1) : Math.round(km)} km`;
}

// What has become of a chosen meeting.
export type Fate = 'changed' | 'gone' | 'back';
export const fateWords: Record<Fate, string> = {
  changed: 'It has a new time or place.',
  gone: 'It no longer takes place. Nothing is planned for it any more.',
  back: 'It takes place again.',
};
