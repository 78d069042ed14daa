// What the public page asks of the server. Nothing goes along that says who asks: no cookie, no referrer.
import { type Answer, ask, http, items } from '../api';
import type { EnquirySite, EnquiryThanks, HelpNumbers, NewEnquiry } from '../api-types';

export type { HelpNumbers };
export type Whom = NewEnquiry['whom'];

// What holds in the United States, and until the server has answered: the page is never without a number.
export const usual: HelpNumbers = {
  site: 0, emergency_number: '911', crisis_line: '988', helpline: '', helpline_who: '', helpline_hours: '', helpline_cost: 'unknown',
};

// None while the server cannot be asked: the usual ones stand in.
export async function helpNumbers(): Promise<HelpNumbers[]> {
  const answer = await items(ask(http.GET('/api/v1/help', { credentials: 'omit' })));
  return answer.ok ? answer.data : [];
}

export const sites = (): Promise<Answer<EnquirySite[]>> => items(ask(http.GET('/api/v1/enquiry-sites', { credentials: 'omit' })));
export const askForCall = (body: NewEnquiry): Promise<Answer<EnquiryThanks>> =>
  ask(http.POST('/api/v1/enquiries', { body, credentials: 'omit' }));
