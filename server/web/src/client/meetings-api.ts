// The client's own calls about outside meetings.
import { ask, http } from '../api';
import type { NearSearch } from '../api-types';

// A POST: where somebody is stands in no address.
export const findMeetings = (body: NearSearch) => ask(http.POST('/api/v1/meetings/search', { body }));
export const seen = (commitment: number) =>
  ask(http.POST('/api/v1/my/commitments/{commitment}/seen', { params: { path: { commitment } } }));
