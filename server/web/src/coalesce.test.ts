import { expect, it } from 'vitest';
import { coalesce } from './coalesce';

it('runs once more for whatever is asked meanwhile, never at the same time', async () => {
  const finish: (() => void)[] = [];
  let running = 0;
  const run = coalesce(async () => {
    expect(++running).toBe(1);
    await new Promise<void>((resolve) => finish.push(resolve));
    running--;
  });
  const first = run();
  void run();
  void run();
  expect(finish).toHaveLength(1);
  finish[0]!();
  await Promise.resolve();
  await Promise.resolve();
  expect(finish).toHaveLength(2);
  finish[1]!();
  await first;
  expect(finish).toHaveLength(2);
});

it('can be asked again after a failure', async () => {
  let runs = 0;
  const run = coalesce(async () => {
    if (++runs === 1) throw new Error('first');
  });
  await expect(run()).rejects.toThrow('first');
  await run();
  expect(runs).toBe(2);
});
