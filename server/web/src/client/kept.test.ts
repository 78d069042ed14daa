import createClient from 'openapi-fetch';
import { beforeEach, describe, expect, it } from 'vitest';
import type { paths } from '../api-types';
import { Device } from './device';
import { Copies, ageOf } from './kept';
import { InPage } from './shelf';

const date = 'Tue, 10 Mar 2026 18:05:00 GMT';
const at = Date.parse(date);
const goal = { meetings_per_week: 3 };

let device: Device;
let copies: Copies;
let answer: () => Response;
let asked: number;
let cuts: number;
const client = () => {
  const http = createClient<paths>({
    baseUrl: 'http://server',
    fetch: async () => {
      asked++;
      return answer();
    },
  });
  http.use(copies);
  return http;
};
beforeEach(() => {
  device = new Device(new InPage(), () => {}, 1000);
  asked = cuts = 0;
  copies = new Copies(device, () => 0, { heard: () => {}, cut: () => cuts++ });
  copies.first = false;
  answer = () => Response.json(goal, { headers: { Date: date } });
});
const away = () => {
  throw new TypeError('Failed to fetch');
};

describe('an answer that is kept', () => {
  it('stands in for one that does not come, with its own age', async () => {
    await client().GET('/api/v1/my/goal');
    answer = away;
    const { data } = await client().GET('/api/v1/my/goal');
    expect(data).toEqual(goal);
    expect(copies.ages.get('/api/v1/my/goal')).toBe(at);
    expect(device.copies.get('/api/v1/my/goal')).toEqual({ body: goal, at });
    expect(cuts).toBe(1);
  });
  it('stands in for what a proxy says while the server is away', async () => {
    await client().GET('/api/v1/my/goal');
    answer = () => new Response('<h1>Bad gateway</h1>', { status: 502 });
    expect((await client().GET('/api/v1/my/goal')).data).toEqual(goal);
  });
  it('does not stand in for a refusal', async () => {
    await client().GET('/api/v1/my/goal');
    answer = () => Response.json({}, { status: 401 });
    expect((await client().GET('/api/v1/my/goal')).response.status).toBe(401);
  });
  it('is shown at once until the connection was tried, and then replaced', async () => {
    await client().GET('/api/v1/my/goal');
    copies.first = true;
    asked = 0;
    expect((await client().GET('/api/v1/my/goal')).data).toEqual(goal);
    expect(asked).toBe(0);
    copies.first = false;
    answer = () => Response.json({ meetings_per_week: 5 }, { headers: { Date: date } });
    expect((await client().GET('/api/v1/my/goal')).data).toEqual({ meetings_per_week: 5 });
  });
  it('is not used where only what is so now will do', async () => {
    await client().GET('/api/v1/my/appointments', { params: { query: {} } });
    answer = away;
    const request = client().GET('/api/v1/my/appointments', { params: { query: {} }, cache: 'reload' });
    await expect(request).rejects.toThrow();
  });
});

describe('what is not kept', () => {
  it.each(['/api/v1/my/self-checks', '/api/v1/my/disclosures', '/api/v1/my/consents', '/api/v1/my/support'] as const)('%s', async (path) => {
    await client().GET(path);
    expect(device.copies.size).toBe(0);
    answer = away;
    await expect(client().GET(path)).rejects.toThrow();
  });
  it('a call that changes something', async () => {
    await client().PUT('/api/v1/my/goal', { body: goal });
    expect(device.copies.size).toBe(0);
  });
});

describe('how old a page is', () => {
  const ages = new Map([['appointments', 5], ['occurrences', 3], ['reminders', 4], ['plan', 1], ['visit', 2], ['reminder-settings', 7]].map(([p, a]) => [`/api/v1/my/${p}`, a as number]));
  it.each([[['next'], 3], [[], 3], [['reminders'], 4], [['reminders', 'settings'], 7], [['plan'], 1], [['make-up'], null]])('%j: %j', (parts, age) =>
    expect(ageOf(parts, ages)).toBe(age),
  );
});
