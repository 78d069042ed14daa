// Calendar feeds of the real server, read by a calendar program's own parser (ical.js, which Thunderbird uses):
//
//   node tests/feeds/ical_js.mjs --binary build/dev/circled
//
// A session moves and is called off: its UID stays, its SEQUENCE grows. Nothing in a feed tells of anybody, and
// its address is in no line of the log. Exit code 77 (skipped) when server/web has no packages.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Programme } from '../web/programme.mjs';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const { values } = parseArgs({ options: { binary: { type: 'string' } } });
const require = createRequire(`${root}/server/web/package.json`);
if (!existsSync(`${root}/server/web/node_modules/ical.js`)) {
  console.log('skipped: server/web has no ical.js; run scripts/build-web');
  process.exit(77);
}
const { default: ICAL } = await import(pathToFileURL(require.resolve('ical.js')).href);

const programme = new Programme(resolve(values.binary ?? `${root}/build/dev/circled`), `${root}/server/web/dist`);
const tokens = [];

async function makeFeed(who, body = {}) {
  const { path } = await programme.call(who, 'POST', '/api/v1/my/feed', body);
  tokens.push(path.replace('/feeds/', '').replace('.ics', ''));
  return path;
}

// The text, the calendar's name, and its events by UID.
async function read(path) {
  const response = await fetch(programme.origin + path);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/calendar; charset=utf-8');
  const text = await response.text();
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, `a line is too long: ${line}`);
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = new Map();
  for (const component of calendar.getAllSubcomponents('vevent')) {
    const event = new ICAL.Event(component);
    assert.ok(!events.has(event.uid), 'a UID stands twice');
    events.set(event.uid, {
      sequence: event.sequence,
      summary: event.summary,
      location: event.location,
      starts: event.startDate.toJSDate().getTime(),
      ends: event.endDate.toJSDate().getTime(),
      status: component.getFirstPropertyValue('status'),
      stamp: component.getFirstPropertyValue('dtstamp').toJSDate().getTime(),
    });
  }
  return { text, name: calendar.getFirstPropertyValue('x-wr-calname'), events };
}

async function edit(session, method, path, body) {
  const response = await fetch(`${programme.origin}/api/v1/sessions/${session.id}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${programme.tokens.nora}`, 'Content-Type': 'application/json',
      'If-Match': `"${session.version}"`, 'Idempotency-Key': crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

function tellsOfNobody(text) {
  const secrets = ['Ruiz', 'Whitfield', 'Fernández', 'Dana', 'Marcus', 'Nora', 'Lindqvist', 'Samuel', 'Riverside', 'Circled'];
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} stands in a feed`);
}

try {
  await programme.fill();
  const client = programme.clients[0];
  const { code } = await programme.call('nora', 'POST', `/api/v1/clients/${client.id}/enrolment-codes`);
  programme.tokens.ana = (await programme.call(null, 'POST', '/api/v1/devices', { code, device: 'phone', keep: 'token' })).token;

  const starts = Math.floor(Date.now() / 60_000) * 60_000 + 3 * 86_400_000;
  const session = await programme.book('nora', {
    kind: 'one_on_one', title: 'Ana Ruiz, after the weekend', room: programme.rooms[1].id, starts_at: starts, duration_minutes: 50,
    facilitators: [programme.group.facilitators[0].staff], clients: [client.id],
  });
  const paths = { ana: await makeFeed('ana'), nora: await makeFeed('nora') };
  const uid = (feed) => [...feed.events.keys()].find((key) => key.startsWith(`session-${session.id}@`));

  const before = { ana: await read(paths.ana), nora: await read(paths.nora) };
  assert.equal(before.ana.name, 'Appointments');
  assert.equal(before.ana.events.size, 2); // the group that runs now, and this
  const first = before.ana.events.get(uid(before.ana));
  assert.equal(first.starts, starts);
  assert.equal(first.ends, starts + 50 * 60_000);
  assert.equal(first.location, null);
  assert.equal(first.status, 'CONFIRMED');
  assert.equal(before.nora.events.get(uid(before.nora)).location, 'Room 2');
  for (const feed of Object.values(before)) tellsOfNobody(feed.text);
  assert.ok(!before.ana.text.includes('Coping'));
  assert.ok(before.nora.text.includes('Coping skills')); // the group's title, to its counselor

  const moved = await edit(session, 'PATCH', '', { starts_at: new Date(starts + 3_600_000).toISOString() });
  const after = { ana: await read(paths.ana), nora: await read(paths.nora) };
  await edit(moved, 'POST', '/cancel', {});
  const off = { ana: await read(paths.ana), nora: await read(paths.nora) };
  for (const who of ['ana', 'nora']) {
    const key = uid(before[who]);
    assert.equal(uid(after[who]), key);
    assert.equal(uid(off[who]), key);
    const [was, is, end] = [before, after, off].map((feeds) => feeds[who].events.get(key));
    assert.equal(is.starts, starts + 3_600_000);
    assert.ok(is.sequence > was.sequence, 'a move raises SEQUENCE');
    assert.ok(end.sequence > is.sequence, 'so does a cancellation');
    assert.ok(is.stamp >= was.stamp && end.stamp >= is.stamp);
    assert.equal(is.status, 'CONFIRMED');
    assert.equal(end.status, 'CANCELLED');
    tellsOfNobody(after[who].text + off[who].text);
  }

  // What has not changed is not sent again; what was revoked is no address.
  const kept = await fetch(programme.origin + paths.ana);
  const same = await fetch(programme.origin + paths.ana, { headers: { 'If-None-Match': kept.headers.get('etag') } });
  assert.equal(same.status, 304);
  await programme.call('nora', 'DELETE', `/api/v1/clients/${client.id}/feed`);
  assert.equal((await fetch(programme.origin + paths.ana)).status, 404);

  const metrics = await (await fetch(`${programme.origin}/metrics`)).text();
  assert.ok(metrics.includes('/feeds/{token:text}'));
  await programme.stop();
  assert.ok(programme.log.includes('GET /feeds/{token:text}'), 'the log names the pattern');
  for (const token of tokens) {
    assert.ok(!programme.log.includes(token), 'an address stands in the log');
    assert.ok(!metrics.includes(token), 'an address stands in the figures');
  }
  console.log('calendar feeds: all well');
} catch (error) {
  console.error(error.stack ?? error);
  if (programme.log) console.error(programme.log.split('\n').slice(-15).join('\n'));
  process.exitCode = 1;
} finally {
  await programme.end();
}
