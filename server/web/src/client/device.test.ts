import { beforeEach, describe, expect, it } from 'vitest';
import { Device, isPin, pinTries } from './device';
import { InPage } from './shelf';

// A device and its shelf; `again` is the app opened anew on it, or another tab.
function onShelf(shelf = new InPage()) {
  const told: string[] = [];
  const open = async (): Promise<Device> => {
    const device = new Device(shelf, () => told.push('outdated'), 1000);
    await device.load();
    return device;
  };
  return { shelf, told, open };
}
const path = '/api/v1/my/plan';
const copy = { body: { goals: ['Payday'] }, at: 1 };
const readable = (shelf: InPage) => shelf.all().then(({ records }) => JSON.stringify([...records], (_, v) => (v instanceof ArrayBuffer ? new TextDecoder().decode(v) : v)));

let place: ReturnType<typeof onShelf>;
let device: Device;
beforeEach(async () => {
  place = onShelf();
  device = await place.open();
  device.keep(path, copy);
  device.begin();
  device.keepTyped('form', { note: 'half a sentence' });
  await device.wait('a', { id: 'a', say: 'went' });
  await device.written();
});

describe('without a PIN', () => {
  it('is there again when the app is opened anew', async () => {
    const next = await place.open();
    expect(next.locked).toBe(false);
    expect(next.copies.get(path)).toEqual(copy);
    expect(next.typedIn('form')).toEqual({ note: 'half a sentence' });
    expect(await next.waiting()).toEqual([{ id: 'a', say: 'went' }]);
  });
  it('forgets what was said and what is no longer typed', async () => {
    await device.said('a');
    device.keepTyped('form', undefined);
    await device.written();
    const next = await place.open();
    expect(await next.waiting()).toEqual([]);
    expect(next.typedIn('form')).toBeUndefined();
  });
});

describe('the end of a sign-in', () => {
  it('leaves nothing on the device', async () => {
    await device.erase(true);
    expect((await place.shelf.all()).records.size).toBe(0);
    expect(device.typedIn('form')).toBeUndefined();
  });
  it('leaves what was being typed in the page alone', async () => {
    await device.erase(false);
    expect(device.typedIn('form')).toEqual({ note: 'half a sentence' });
    expect(await readable(place.shelf)).not.toContain('sentence');
  });
  it('lets nothing in that comes late', async () => {
    await device.erase(true);
    device.keep(path, copy);
    await device.wait('b', { id: 'b' });
    await device.written();
    expect((await place.shelf.all()).records.size).toBe(0);
  });
  it('in one tab ends the writing of the other', async () => {
    const other = await place.open();
    await device.erase(true);
    await other.wait('b', { id: 'b' });
    expect((await place.shelf.all()).records.size).toBe(0);
    expect(place.told).toEqual(['outdated']);
  });
});

describe('a PIN', () => {
  it.each([['123', false], ['1234', true], ['12345678', true], ['123456789', false], ['12a4', false], ['', false]])('%s: %s', (typed, is) =>
    expect(isPin(typed)).toBe(is),
  );
  it('makes what is kept unreadable', async () => {
    expect(await readable(place.shelf)).toContain('Payday');
    await device.setPin('2580');
    const text = await readable(place.shelf);
    for (const words of ['Payday', 'sentence', 'went', path]) expect(text).not.toContain(words);
    device.keep(path, { body: 'Payday', at: 2 });
    device.keepTyped('form', 'another sentence');
    await device.wait('b', { id: 'b', say: 'went' });
    await device.written();
    for (const words of ['Payday', 'sentence', 'went']) expect(await readable(place.shelf)).not.toContain(words);
  });
  it('is asked for when the app is opened anew, and opens all of it', async () => {
    await device.setPin('2580');
    const next = await place.open();
    expect([next.locked, next.copies.size, next.typedIn('form'), (await next.waiting()).length]).toEqual([true, 0, undefined, 0]);
    expect(await next.unlock('2580')).toEqual({ ok: true });
    expect(next.copies.get(path)).toEqual(copy);
    expect(next.typedIn('form')).toEqual({ note: 'half a sentence' });
    expect(await next.waiting()).toEqual([{ id: 'a', say: 'went' }]);
  });
  it('leaves nothing in the page once it is locked, and keeps nothing then', async () => {
    await device.setPin('2580');
    device.lock();
    device.keep(path, { body: 'late', at: 3 });
    await device.written();
    expect([device.locked, device.copies.size, device.typedIn('form')]).toEqual([true, 0, undefined]);
    await device.unlock('2580');
    expect(device.copies.get(path)).toEqual(copy);
  });
  it('counts wrong tries, also over a page that is loaded anew, until a right one', async () => {
    await device.setPin('2580');
    for (let left = pinTries - 1; left > 0; left--) expect(await (await place.open()).unlock('0000')).toEqual({ ok: false, left });
    expect(await (await place.open()).left()).toBe(1);
    const right = await place.open();
    expect(await right.unlock('2580')).toEqual({ ok: true });
    expect(await right.left()).toBe(pinTries);
  });
  it('opens no more after five wrong ones, not even with the right one', async () => {
    await device.setPin('2580');
    const next = await place.open();
    for (let i = 0; i < pinTries; i++) await next.unlock('1111');
    expect(await next.unlock('2580')).toEqual({ ok: false, left: 0 });
    expect(next.locked).toBe(true);
  });
  it('can be another, or be taken away; another tab then reads anew', async () => {
    await device.setPin('2580');
    await device.setPin('13579');
    const next = await place.open();
    expect((await next.unlock('2580')).ok).toBe(false);
    expect((await next.unlock('13579')).ok).toBe(true);
    await device.setPin(null);
    await next.wait('b', { id: 'b' });
    expect(place.told).toEqual(['outdated']);
    await next.loadAnew();
    expect([next.locked, next.hasPin, next.copies.get(path)]).toEqual([false, false, copy]);
    expect(await next.waiting()).toEqual([{ id: 'a', say: 'went' }]);
  });
  it('loses nothing that another tab puts there while it is being set', async () => {
    const other = await place.open();
    const renew = place.shelf.renew.bind(place.shelf);
    let once = true;
    place.shelf.renew = async (records, fits) => {
      if (once) {
        once = false;
        await other.wait('b', { id: 'b' });
      }
      return renew(records, fits);
    };
    await device.setPin('2580');
    expect((await device.waiting<{ id: string }>()).map((s) => s.id).sort()).toEqual(['a', 'b']);
  });
});
