import { now as present, whenSet } from './clock';

// The time as a page shows it: looked at again every so many milliseconds, as long as the page is there.
export function ticking(every: number): { readonly now: number } {
  let now = $state(present());
  $effect(() => {
    const look = () => (now = present());
    const timer = setInterval(look, every);
    const end = whenSet(look);
    look();
    return () => {
      clearInterval(timer);
      end();
    };
  });
  return {
    get now() {
      return now;
    },
  };
}
