// Figures of a period at a site, and the files with the rows behind them.
import { ask, http, items } from '../../api';

export interface Period {
  from: string; // days, both in it
  until: string;
  site: number;
}

export const attendance = (query: Period) => ask(http.GET('/api/v1/reports/attendance', { params: { query } }));
export const census = (query: Period) => ask(http.GET('/api/v1/reports/census', { params: { query } }));
export const load = (query: Period) => items(ask(http.GET('/api/v1/reports/load', { params: { query } })));

export const seats = (query: Period) => ask(http.GET('/api/v1/reports/seats', { params: { query } }));
export const hours = (query: Period) => ask(http.GET('/api/v1/reports/hours', { params: { query } }));
export const sheets = (query: Period) => ask(http.GET('/api/v1/reports/sheets', { params: { query } }));

export const enquiries = (query: Period) => ask(http.GET('/api/v1/reports/enquiries', { params: { query } }));

export type List =
  | 'attendance' | 'sessions' | 'clients' | 'hours' | 'sheets' | 'groups' | 'enrolments' | 'waitlist' | 'tasks'
  | 'consents' | 'disclosures' | 'reminders' | 'enquiries';
export const file = (list: List, { from, until, site }: Period) =>
  `/api/v1/exports/${list}?from=${from}&until=${until}&site=${site}`;
