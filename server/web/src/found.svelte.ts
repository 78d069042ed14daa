// What a search has found so far: the last answer stays while the next one is awaited, an answer to what was asked
// before is dropped, and further pages are added to the first.
import type { Answer } from './api';
import type { Refusal } from './problem';

export interface Found<V> {
  readonly items: V[] | null; // null: nothing has been found out yet
  readonly more: boolean;
  readonly refusal: Refusal | null;
  look(): Promise<void>;
  lookFurther(): Promise<void>;
  // Before another list is looked for, of which nothing here is part.
  forget(): void;
  // What was done here to some of them, before the server says so too.
  change(how: (items: V[]) => V[]): void;
}

export function found<V>(page: (after?: string) => Promise<Answer<{ items: V[]; next?: string }>>): Found<V> {
  let items = $state.raw<V[] | null>(null);
  let next = $state<string | undefined>();
  let refusal = $state<Refusal | null>(null);
  let asked = 0;

  async function fetchFrom(after?: string): Promise<void> {
    const mine = ++asked;
    const answer = await page(after);
    if (mine !== asked) return;
    refusal = answer.ok ? null : answer.refusal;
    if (!answer.ok) return;
    items = after ? [...(items ?? []), ...answer.data.items] : answer.data.items;
    next = answer.data.next;
  }
  return {
    get items() {
      return items;
    },
    get more() {
      return next !== undefined;
    },
    get refusal() {
      return refusal;
    },
    look: () => fetchFrom(),
    lookFurther: () => fetchFrom(next),
    forget() {
      items = null;
      next = undefined;
    },
    change(how) {
      items = items && how(items);
    },
  };
}
