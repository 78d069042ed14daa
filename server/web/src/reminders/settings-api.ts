// How somebody is reminded and where they can be written to: one's own, and a client's by staff.
import { type Answer, ask, http, match } from '../api';
import type { NewReminderRule, ReminderAddress, ReminderSettings } from '../api-types';

export interface SettingsCalls {
  load: () => Promise<Answer<ReminderSettings>>;
  save: (version: number, rule: NewReminderRule) => Promise<Answer<ReminderSettings>>;
  enter: (channel: string, address: string) => Promise<Answer<ReminderAddress>>;
  verify: (channel: string, code: string) => Promise<Answer<ReminderAddress>>;
  stop: (channel: string) => Promise<Answer<unknown>>;
}

export const mine: SettingsCalls = {
  load: () => ask(http.GET('/api/v1/my/reminder-settings')),
  save: (version, body) => ask(http.PUT('/api/v1/my/reminder-settings', { body, params: { header: match(version) } })),
  enter: (channel, address) => ask(http.POST('/api/v1/my/addresses/{channel}', { body: { address }, params: { path: { channel } } })),
  verify: (channel, code) => ask(http.POST('/api/v1/my/addresses/{channel}/verify', { body: { code }, params: { path: { channel } } })),
  stop: (channel) => ask(http.DELETE('/api/v1/my/addresses/{channel}', { params: { path: { channel } } })),
};
export const ofClient = (client: number): SettingsCalls => ({
  load: () => ask(http.GET('/api/v1/clients/{client}/reminder-settings', { params: { path: { client } } })),
  save: (version, body) =>
    ask(http.PUT('/api/v1/clients/{client}/reminder-settings', { body, params: { path: { client }, header: match(version) } })),
  enter: (channel, address) =>
    ask(http.POST('/api/v1/clients/{client}/addresses/{channel}', { body: { address }, params: { path: { client, channel } } })),
  verify: (channel, code) =>
    ask(http.POST('/api/v1/clients/{client}/addresses/{channel}/verify', { body: { code }, params: { path: { client, channel } } })),
  stop: (channel) => ask(http.DELETE('/api/v1/clients/{client}/addresses/{channel}', { params: { path: { client, channel } } })),
});
