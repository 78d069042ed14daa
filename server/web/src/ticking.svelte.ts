import { now as present } from './clock';

// The time as a page shows it: looked at again every so many milliseconds, as long as the page is there.
export function ticking(every: number): { readonly now: number } {
  let now = $state(present());
  $effect(() => {
    const timer = setInterval(() => (now = present()), every);
    return () => clearInterval(timer);
  });
  return {
    get now() {
      return now;
    },
  };
}
