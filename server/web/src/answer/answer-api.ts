// What the page of a mail's link asks of the server. The link says who asks; nothing else goes along.
import { type Answer, ask, http } from '../api';
import type { AskedByLink } from '../api-types';

export type Said = NonNullable<AskedByLink['answer']>;

export const asked = (token: string): Promise<Answer<AskedByLink>> =>
  ask(http.POST('/api/v1/answer-link', { body: { token }, credentials: 'omit' }));
export const say = (token: string, answer: Said): Promise<Answer<AskedByLink>> =>
  ask(http.POST('/api/v1/answer-link/answer', { body: { token, answer }, credentials: 'omit' }));
