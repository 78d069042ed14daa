// The steps of the draft that hold. The others have not passed reliably yet: run.mjs ../drafts/offline tells all.
import { steps as all } from '../drafts/offline.mjs';

export const steps = all.slice(0, 4);
