// The calls about reminders of many: rules, days, stories, and whom to call.
import { type Answer, ask, http, items, key, match, roster } from '../../api';
import type { NewCall, NewReminderRule, ReminderRule, ReminderState, Story } from '../../api-types';

export interface RuleCalls {
  load: () => Promise<Answer<ReminderRule>>;
  save: (version: number, rule: NewReminderRule) => Promise<Answer<ReminderRule>>;
}
export const programmeRule: RuleCalls = {
  load: () => ask(http.GET('/api/v1/reminder-rules/programme')),
  save: (version, body) => ask(http.PUT('/api/v1/reminder-rules/programme', { body, params: { header: match(version) } })),
};
export const groupRule = (group: number): RuleCalls => ({
  load: () => ask(http.GET('/api/v1/groups/{group}/reminder-rule', { params: { path: { group } } })),
  save: (version, body) => ask(http.PUT('/api/v1/groups/{group}/reminder-rule', { body, params: { path: { group }, header: match(version) } })),
});
// What was agreed with a client.
export const agreedRule = (client: number): RuleCalls => ({
  load: () => ask(http.GET('/api/v1/clients/{client}/reminder-rule', { params: { path: { client } } })),
  save: (version, body) => ask(http.PUT('/api/v1/clients/{client}/reminder-rule', { body, params: { path: { client }, header: match(version) } })),
});

export const days = (query: { site?: number; from: string; until: string }) => items(ask(http.GET('/api/v1/reminders/days', { params: { query } })));
export const dueOn = (query: { site?: number; day: string; state?: ReminderState; after?: string }) =>
  ask(http.GET('/api/v1/reminders', { params: { query: { limit: 50, ...query } } }));
export const attention = (after?: string) => ask(http.GET('/api/v1/reminders/attention', { params: { query: { limit: 20, after } } }));
export const story = (kind: 'session' | 'occurrence', subject: number, client: number): Promise<Answer<Story>> =>
  kind === 'session'
    ? ask(http.GET('/api/v1/sessions/{session}/clients/{client}/reminders', { params: { path: { session: subject, client } } }))
    : ask(http.GET('/api/v1/occurrences/{occurrence}/clients/{client}/reminders', { params: { path: { occurrence: subject, client } } }));

export const toCall = (after?: string) => ask(http.GET('/api/v1/calls', { params: { query: { limit: 50, after } } }));
export const recordCall = (body: NewCall, once: string) => ask(http.POST('/api/v1/calls', { body, params: { header: key(once) } }));
export const setVoicemail = (client: number, allowed: boolean) =>
  ask(http.PUT('/api/v1/clients/{client}/voicemail', { body: { allowed }, params: { path: { client } } }));

// Who of those expected at a session said that they come late, and when.
export async function lateAt(session: number): Promise<Map<number, string>> {
  const answer = await roster(session);
  return new Map(answer.ok ? answer.data.participants.flatMap((p) => (p.late_said_at ? [[p.client, p.late_said_at] as const] : [])) : []);
}
