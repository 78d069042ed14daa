import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forget, goOn, heard, lastHeard, now, surely, whenSet } from './clock';

const noon = Date.parse('2026-03-10T12:00:00Z');
const hour = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(noon);
  forget();
});
afterEach(() => vi.useRealTimers());

describe('the time', () => {
  it('is the device’s own until the server is heard', () => expect(now()).toBe(noon));
  it.each([
    ['three hours ahead', 'Tue, 10 Mar 2026 09:00:00 GMT', noon - 3 * hour],
    ['five hours behind', 'Tue, 10 Mar 2026 17:00:00 GMT', noon + 5 * hour],
    ['right but for the way here', 'Tue, 10 Mar 2026 11:59:57 GMT', noon],
    ['asked of something that tells none', null, noon],
    ['asked of something that tells nonsense', 'yesterday', noon],
  ])('on a device whose clock is %s', (_, date, at) => {
    heard(date);
    expect(now()).toBe(at);
    vi.setSystemTime(noon + hour);
    expect(now()).toBe(at + hour);
  });
});

describe('a start without a connection', () => {
  it('goes on with what was known of the device’s clock', () => {
    goOn({ server: noon - 5 * hour, device: noon - 3 * hour }); // two hours ahead, and three have passed
    expect(now()).toBe(noon - 2 * hour);
    expect(surely()).toBe(noon - 2 * hour);
  });
  it('is not sure of a clock that was set back meanwhile, and never goes behind what was heard', () => {
    goOn({ server: noon + hour, device: noon + hour });
    expect(now()).toBe(noon + hour);
    expect(surely()).toBeNull();
    heard(new Date(noon + 2 * hour).toUTCString());
    expect(surely()).toBe(noon + 2 * hour);
  });
  it('believes the server more than what was kept', () => {
    heard(new Date(noon + hour).toUTCString());
    goOn({ server: noon - hour, device: noon });
    expect(now()).toBe(noon + hour);
    expect(lastHeard()).toEqual({ server: noon + hour, device: noon });
  });
  it('is kept as it was for the start after that', () => {
    const kept = { server: noon - 5 * hour, device: noon - 3 * hour };
    goOn(kept);
    expect(lastHeard()).toEqual(kept);
  });
});

it('whoever shows the time looks again when it is another one, and not at every answer', () => {
  const look = vi.fn();
  const end = whenSet(look);
  goOn({ server: noon - 5 * hour, device: noon });
  expect(look).toHaveBeenCalledTimes(1);
  heard(new Date(noon - 5 * hour + 1000).toUTCString());
  expect(look).toHaveBeenCalledTimes(1);
  heard(new Date(noon).toUTCString());
  expect(look).toHaveBeenCalledTimes(2);
  end();
  heard(new Date(noon + hour).toUTCString());
  expect(look).toHaveBeenCalledTimes(2);
});
