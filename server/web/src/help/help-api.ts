// What the public page asks of the server. Nothing goes along that says who asks: no cookie, no referrer.
import { type Answer, ask, http, items } from '../api';
import type { EnquirySite, EnquiryThanks, NewEnquiry } from '../api-types';

export type Whom = NewEnquiry['whom'];

// A site's numbers, as GET /api/v1/help has them.
export interface HelpNumbers {
  site: number;
  emergency_number: string;
  crisis_line: string;
  helpline: string; // empty: there is none
  helpline_who: string;
  helpline_hours: string;
  helpline_cost: 'unknown' | 'free' | 'charged';
}

// What holds in the United States, and until the server has answered: the page is never without a number.
export const usual: HelpNumbers = {
  site: 0, emergency_number: '911', crisis_line: '988', helpline: '', helpline_who: '', helpline_hours: '', helpline_cost: 'unknown',
};

export async function helpNumbers(): Promise<HelpNumbers[]> {
  try {
    const response = await fetch('/api/v1/help', { credentials: 'omit', headers: { Accept: 'application/json' } });
    if (!response.ok) return [];
    const { items } = (await response.json()) as { items: Partial<HelpNumbers>[] };
    return items.map((numbers) => ({ ...usual, ...numbers }));
  } catch {
    return [];
  }
}

export const sites = (): Promise<Answer<EnquirySite[]>> => items(ask(http.GET('/api/v1/enquiry-sites', { credentials: 'omit' })));
export const askForCall = (body: NewEnquiry): Promise<Answer<EnquiryThanks>> =>
  ask(http.POST('/api/v1/enquiries', { body, credentials: 'omit' }));
