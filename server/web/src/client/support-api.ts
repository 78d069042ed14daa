// The calls behind "I need to talk", and the numbers, which anybody may ask for.
import { ask, freshKey, http, items, key } from '../api';

export const help = () => items(ask(http.GET('/api/v1/help')));
export const mySupport = () => ask(http.GET('/api/v1/my/support'));
export const askToTalk = () => ask(http.POST('/api/v1/my/support-requests', { params: { header: key(freshKey()) } }));
export const withdraw = (request: number) =>
  ask(http.POST('/api/v1/my/support-requests/{request}/withdraw', { params: { path: { request } } }));
