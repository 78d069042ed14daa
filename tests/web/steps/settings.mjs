// The steps of the draft that hold. The others have not passed yet: run.mjs ../drafts/settings tells all.
import { steps as all } from '../drafts/settings.mjs';

export const steps = all.slice(0, 7);
