import { expect, test } from 'vitest';
import type { Answer } from './api';
import { found } from './found.svelte';
import { offline } from './problem';

type Page = Answer<{ items: string[]; next?: string }>;
const page = (items: string[], next?: string): Page => ({ ok: true, etag: '', data: next ? { items, next } : { items } });

test('further pages are added, and a new look begins anew', async () => {
  const asked: (string | undefined)[] = [];
  const list = found(async (after) => {
    asked.push(after);
    return after ? page(['c']) : page(['a', 'b'], 'b');
  });
  expect(list.items).toBe(null);
  await list.look();
  expect([list.items, list.more]).toEqual([['a', 'b'], true]);
  await list.lookFurther();
  expect([list.items, list.more]).toEqual([['a', 'b', 'c'], false]);
  await list.look();
  expect(list.items).toEqual(['a', 'b']);
  expect(asked).toEqual([undefined, 'b', undefined]);
});

test('an answer to what was asked before is dropped, whenever it comes', async () => {
  const answers: ((page: Page) => void)[] = [];
  const list = found<string>(() => new Promise((resolve) => answers.push(resolve)));
  const first = list.look();
  const second = list.look();
  answers[1]!(page(['new']));
  await second;
  answers[0]!(page(['old']));
  await first;
  expect(list.items).toEqual(['new']);
});

test('a refusal keeps what was found, and goes with the next answer', async () => {
  let answer: Page = page(['a']);
  const list = found(async () => answer);
  await list.look();
  answer = { ok: false, refusal: offline };
  await list.look();
  expect([list.items, list.refusal]).toEqual([['a'], offline]);
  answer = page([]);
  await list.look();
  expect([list.items, list.refusal]).toEqual([[], null]);
  list.forget();
  expect(list.items).toBe(null);
});
