// A sheet in full: terms, signatures, what was ever said of it. By hand, and a function for each call: the
// generated types do not know these routes yet.
import { type Answer, ask, items, match, untyped as http } from '../api';
import type { Mark, Sheet, SheetLine, Stay, Verdict } from '../api-types';

export type Flag = 'over_capacity' | 'not_eligible' | 'not_enrolled' | 'after_door_closed';
export type ExcusedBy = 'in_advance' | 'afterwards' | 'hold' | 'clearance';

export interface FullLine extends SheetLine {
  mandatory: boolean;
  excused_by?: ExcusedBy;
  reason?: string;
  flags: Flag[];
}
export interface FullSheet extends Omit<Sheet, 'lines'> {
  signed_at?: string;
  signed_by_name?: string;
  co_signed_at?: string;
  co_signed_by_name?: string;
  co_signature: boolean;
  amendments: number;
  close_by: string;
  late_documentation: boolean;
  door_closes_at?: string;
  undoable: boolean;
  lines: FullLine[];
}
export type FullMark = Mark & { reason?: string };

export interface State {
  verdict: Verdict;
  stays: Stay[];
  reason: string;
  credited_minutes?: number;
}
export interface ChangeOfLine {
  version: number;
  at: string;
  by_name?: string;
  kind: 'mark' | 'walk_in' | 'policy' | 'credit' | 'undo' | 'amend';
  undoes?: number;
  reason: string;
  client: number;
  preferred_name: string;
  family_name: string;
  before?: State;
  after?: State;
}
export interface SheetVersion {
  number: number;
  what: 'signed' | 'amended' | 'reopened';
  at: string;
  by_name: string;
  reason: string;
  sheet: FullSheet;
}

const path = (session: number) => ({ path: { session } });
const change = (session: number, version: number, what: string, body: unknown): Promise<Answer<FullSheet>> =>
  ask<FullSheet>(
    http.POST(`/api/v1/sessions/{session}/attendance/${what}`, {
      body,
      params: { ...path(session), header: match(version) },
    }),
  );

export const sheet = (session: number): Promise<Answer<FullSheet>> =>
  ask<FullSheet>(http.GET('/api/v1/sessions/{session}/attendance', { params: path(session) }));
export const mark = (session: number, version: number, marks: FullMark[]): Promise<Answer<FullSheet>> =>
  ask<FullSheet>(
    http.PUT('/api/v1/sessions/{session}/attendance', {
      body: { marks },
      params: { ...path(session), header: match(version) },
    }),
  );
export const close = (session: number, version: number) => change(session, version, 'close', {});
export const reopen = (session: number, version: number, reason: string) =>
  change(session, version, 'reopen', { reason });
export const undo = (session: number, version: number) => change(session, version, 'undo', {});
export const walkIn = (session: number, version: number, who: { name: string; arrived_now?: boolean }) =>
  change(session, version, 'walk-in', who);
export const sign = (session: number, version: number, password: string) =>
  change(session, version, 'sign', { password });
export const amend = (session: number, version: number, reason: string, marks: FullMark[]) =>
  change(session, version, 'amend', { reason, marks });

export const history = (session: number) =>
  items(
    ask<{ items: ChangeOfLine[] }>(
      http.GET('/api/v1/sessions/{session}/attendance/history', {
        params: { ...path(session), query: { limit: 100 } },
      }),
    ),
  );
export const versions = (session: number) =>
  items(ask<{ items: SheetVersion[] }>(http.GET('/api/v1/sessions/{session}/attendance/versions', { params: path(session) })));
