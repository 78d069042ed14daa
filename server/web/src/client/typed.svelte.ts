// What is typed into a form and not sent: it outlives a reload, a lock, and a sign-in that ended in the middle.
import { device } from './own.svelte';

export function typed<Held extends object>(form: string, empty: () => Held): Held {
  const held = $state({ ...empty(), ...(device.typedIn(form) as Partial<Held> | undefined) });
  const nothing = JSON.stringify(empty());
  $effect(() => {
    const now = $state.snapshot(held);
    device.keepTyped(form, JSON.stringify(now) === nothing ? undefined : now);
  });
  return held;
}
