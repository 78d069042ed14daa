// The steps of the draft that hold. The others have not passed yet: run.mjs ../drafts/languages tells all.
import { steps as all } from '../drafts/languages.mjs';

export const steps = all.slice(0, 4);
