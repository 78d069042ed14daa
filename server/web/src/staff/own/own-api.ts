// The calls about one's own browsers and devices.
import { ask, http } from '../../api';

export const signIns = (after?: string) => ask(http.GET('/api/v1/sign-ins', { params: { query: { limit: 20, ...(after ? { after: Number(after) } : {}) } } }));
export const signOutOf = (sign_in: number) => ask(http.DELETE('/api/v1/sign-ins/{sign_in}', { params: { path: { sign_in } } }));
