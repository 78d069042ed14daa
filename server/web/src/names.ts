// A name that is written from right to left, so that it does not turn round what stands beside it.
const fromTheRight = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
export const isolated = (name: string): string => (fromTheRight.test(name) ? `\u2068${name}\u2069` : name);
