// Locks the app when nobody has looked at it for a while.
export const awayAtMost = 5 * 60_000;

interface Moment {
  clock: number;
  running: number; // does not follow a clock that is set, and may stand still while the device sleeps
}
const moment = (): Moment => ({ clock: Date.now(), running: performance.now() });
export const tooLong = (from: Moment, to: Moment): boolean =>
  Math.max(to.clock - from.clock, to.running - from.running) >= awayAtMost;

export function whenAway(lock: () => void): () => void {
  const over = new AbortController();
  let since: Moment | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener(
    'visibilitychange',
    () => {
      clearTimeout(timer);
      if (document.visibilityState === 'hidden') {
        since = moment();
        timer = setTimeout(lock, awayAtMost);
      } else if (since && tooLong(since, moment())) lock();
      if (document.visibilityState === 'visible') since = null;
    },
    { signal: over.signal },
  );
  return () => {
    clearTimeout(timer);
    over.abort();
  };
}
