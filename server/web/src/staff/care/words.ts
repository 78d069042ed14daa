// The course of care in words.
import type { CourseItem, DischargeType, Episode, HoldKind } from '../../api-types';

export const dischargeWords: Record<DischargeType, string> = {
  completed: 'Completed',
  transferred: 'Transferred',
  against_advice: 'Against advice',
  administrative: 'Administrative',
  incarcerated: 'Incarcerated',
  died: 'Died',
};
export const holdWords: Record<HoldKind, string> = { hospital: 'In hospital', jail: 'In jail', pass: 'On a pass', other: 'Away' };

const matters: Record<CourseItem['matter'], string> = {
  episode: 'Stay',
  phase: 'Phase',
  level: 'Level of care',
  hold: 'Hold',
  clearance: 'Clearance for groups',
  enrolment: 'In the group',
  series: 'Standing one-on-one',
  seat: 'Group session',
  one_on_one: 'One-on-one',
  waitlist: 'Place on a waiting list',
  commitment: 'Meeting',
  feed: 'Calendar feed',
  sign_in: 'Signed-in device',
};
export const matterWords = (item: CourseItem): string => matters[item.matter];

// The names of phases, of kinds of hold and of how a stay ends come as the server calls them.
const names: Record<string, string> = { detox: 'Detox', treatment: 'Treatment', aftercare: 'Aftercare', ...holdWords, ...dischargeWords };
export const itemName = (item: CourseItem): string =>
  ['episode', 'phase', 'hold'].includes(item.matter) ? (names[item.name] ?? item.name) : item.name;

// What an episode is in at this moment.
export function standingOf(episode: Episode, now: number) {
  return {
    phase: episode.phases.find((p) => !p.until),
    level: episode.levels.find((l) => !l.until),
    hold: episode.holds.find((h) => Date.parse(h.from_at) <= now && (!h.until_at || Date.parse(h.until_at) > now)),
    clearance: episode.clearances.find((c) => !c.withdrawn_at && (!c.expires_at || Date.parse(c.expires_at) > now)),
  };
}
