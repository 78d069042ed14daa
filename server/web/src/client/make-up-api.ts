// The client's own calls about what was missed, and coming another time instead.
import { ask, http, items, key } from '../api';

const of = (session: number) => ({ path: { session } });

export const myMissed = () => items(ask(http.GET('/api/v1/my/missed')));
export const makeUps = (missed: number) => items(ask(http.GET('/api/v1/my/missed/{session}/make-ups', { params: of(missed) })));
export const bookMakeUp = (missed: number, session: number, once: string) =>
  ask(http.POST('/api/v1/my/missed/{session}/make-up', { body: { session }, params: { ...of(missed), header: key(once) } }));
export const giveBack = (missed: number) => ask(http.DELETE('/api/v1/my/missed/{session}/make-up', { params: of(missed) }));
