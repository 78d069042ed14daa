// The real server on a port of its own, with a small programme: two sites' worth of people, one group that
// runs right now, and a short list of meetings. Times are relative to the real clock, in a zone where it is
// early afternoon at this moment, so that no quiet hours and no midnight stand in the way.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const password = 'correct horse battery';
export const people = {
  nora: { login: 'nora', role: 'counselor', name: 'Nora Lindqvist' },
  samuel: { login: 'samuel', role: 'counselor', name: 'Samuel Okafor' },
  priya: { login: 'priya', role: 'supervisor', name: 'Priya Raman' },
  rosa: { login: 'rosa', role: 'admin', name: 'Rosa Marsh' },
  fran: { login: 'fran', role: 'front_desk', name: 'Fran Duval' },
};
const clients = [
  ['Ana', 'Ruiz'], ['Dana', 'Whitfield'], ['Imani', 'Clark'], ['Jo', 'Park'],
  ['Lucía', 'Fernández-Montgomery'], ['Marcus', 'Bell'], ['Ray', 'Dube'], ['Theo', 'Grant'],
];

const zones = [
  'Pacific/Auckland', 'Australia/Sydney', 'Asia/Tokyo', 'Asia/Shanghai', 'Asia/Bangkok', 'Asia/Dhaka', 'Asia/Kolkata',
  'Asia/Karachi', 'Asia/Dubai', 'Africa/Nairobi', 'Europe/Athens', 'Europe/Paris', 'Europe/London', 'Atlantic/Azores',
  'America/Sao_Paulo', 'America/Halifax', 'America/New_York', 'America/Chicago', 'America/Denver',
  'America/Los_Angeles', 'America/Anchorage', 'Pacific/Honolulu', 'Pacific/Pago_Pago',
];
export function clock(at, zone) {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return parts.format(at);
}
const hour = (zone) => Number(clock(Date.now(), zone).slice(0, 2));
export const zone = zones.reduce((best, z) => (Math.abs(hour(z) - 13) < Math.abs(hour(best) - 13) ? z : best));

// As BMLT gives them: weekday 1 is Sunday.
const meetings = [
  ['1', '2', '19:30:00', 'Spiritual Reflection', 'Castle Hill Community Center', '625 Castle Hill', 'Bronx'],
  ['2', '3', '07:30:00', 'Early Risers', 'Grace Church', '12 Main Street', 'Yonkers'],
  ['3', '4', '12:00:00', 'Just for Today', 'Grace Church', '12 Main Street', 'Yonkers'],
  ['4', '6', '18:00:00', 'Step by Step', 'Town Library', '3 Park Place', 'Bronx'],
].map(([id_bigint, weekday_tinyint, start_time, meeting_name, location_text, location_street, location_sub_province]) => ({
  id_bigint, weekday_tinyint, start_time, meeting_name, location_text, location_street, location_sub_province,
  duration_time: '01:30:00', time_zone: '', formats: 'B,O', lang_enum: 'en', venue_type: '', longitude: '-73.84817',
  latitude: '40.819654', location_municipality: 'New York', location_province: 'NY', location_nation: 'USA',
  location_postal_code_1: '', location_info: '', comments: '', published: '1', worldid_mixed: '', service_body_bigint: '1',
  root_server_uri: '',
}));

export class Programme {
  constructor(binary, web) {
    this.binary = binary;
    this.web = web;
    this.folder = mkdtempSync(join(tmpdir(), 'circled-web-'));
    this.data = join(this.folder, 'data');
    this.texts = []; // what the server handed to the text message gateway
    this.waiting = [];
  }

  // A gateway that takes every text message. Mail the server sends none.
  async openGateway() {
    this.gateway = createServer((request, response) => {
      let body = '';
      request.on('data', (d) => (body += d));
      request.on('end', () => {
        this.texts.push(JSON.parse(body));
        response.end();
        for (const look of this.waiting.splice(0)) look();
      });
    });
    await new Promise((resolve) => this.gateway.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(this.folder, 'gateway'), 'between the two of us\n');
    return ['--text-gateway', `http://127.0.0.1:${this.gateway.address().port}/`, '--text-gateway-key', join(this.folder, 'gateway')];
  }
  // The last text message to a number, once there is one.
  async textTo(number) {
    for (;;) {
      const found = this.texts.findLast((t) => t.to === number);
      if (found) return found.text;
      await new Promise((resolve) => this.waiting.push(resolve));
    }
  }

  // Runs one word of the command line and answers what it printed.
  command(words, input = '') {
    return new Promise((resolve, reject) => {
      const child = spawn(this.binary, [...words, '--data', this.data]);
      let out = '';
      child.stdout.on('data', (d) => (out += d));
      child.stderr.on('data', (d) => (out += d));
      child.on('error', reject);
      child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`circled ${words.join(' ')}: ${code}\n${out}`))));
      child.stdin.end(input);
    });
  }

  async start() {
    const listen = this.origin ? new URL(this.origin).host : '127.0.0.1:0';
    this.outside ??= await this.openGateway();
    this.server = spawn(this.binary, ['serve', '--listen', listen, '--data', this.data, '--web', this.web, ...this.outside]);
    this.log = '';
    this.server.stderr.on('data', (d) => (this.log += d));
    this.ended = new Promise((resolve) => this.server.on('close', resolve));
    this.origin = await new Promise((resolve, reject) => {
      let out = '';
      this.server.stdout.on('data', (d) => {
        out += d;
        const found = /circled: listening on (http:\S+)/.exec(out);
        if (found) resolve(found[1]);
      });
      this.server.on('close', (code) => reject(new Error(`the server ended with ${code}\n${this.log}`)));
    });
  }
  async stop() {
    this.server.kill('SIGTERM');
    await this.ended;
  }
  // A meeting that clients have chosen took place two hours ago: nobody waits for it, so its next time is moved
  // there while the server is down.
  async makeHappen(name) {
    await this.stop();
    const moved = spawnSync('python3', ['-c', `
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
now = int(time.time() * 1000)
db.execute("""UPDATE occurrence SET starts_at = ?1 - 7200000, ends_at = ?1 - 3600000, ask_at = ?1 - 1800000 WHERE id =
  (SELECT min(o.id) FROM occurrence o JOIN commitment c ON c.id = o.commitment_id JOIN meeting m ON m.id = c.meeting_id
   WHERE m.name = ?2 AND o.status = 'planned')""", (now, sys.argv[2]))
assert db.total_changes == 1
db.commit()`, join(this.data, 'circled.sqlite3'), name], { encoding: 'utf8' });
    if (moved.status !== 0) throw new Error(moved.stderr);
    await this.start();
  }
  async end() {
    if (this.server?.exitCode === null) await this.stop();
    this.gateway?.closeAllConnections();
    this.gateway?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async call(who, method, path, body, headers = {}) {
    const response = await fetch(this.origin + path, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(who ? { Authorization: `Bearer ${this.tokens[who]}` } : {}),
        ...(method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  async fill() {
    for (const p of Object.values(people))
      await this.command(
        ['account', 'create', p.login, '--role', p.role, '--name', p.name, '--site', 'Riverside', '--zone', zone, '--password-stdin'],
        password + '\n',
      );
    const list = join(this.folder, 'meetings.json');
    writeFileSync(list, JSON.stringify(meetings));
    await this.command(['import', 'meetings', list, '--zone', zone]);
    await this.start();

    this.tokens = {};
    for (const who of Object.keys(people)) {
      const { token, me } = await this.call(null, 'POST', '/api/v1/tokens', { login: people[who].login, password, device: 'test' });
      this.tokens[who] = token;
      people[who].id = me.person;
      this.site = me.site;
    }
    this.rooms = [];
    for (const [name, seats] of [['Maple room', 12], ['Room 2', 3], ['Garden room', 20]])
      this.rooms.push(await this.call('rosa', 'POST', `/api/v1/sites/${this.site}/rooms`, { name, seats }));
    this.services = (await this.call('rosa', 'GET', '/api/v1/services')).items;
    this.clients = [];
    for (const [preferred_name, family_name] of clients)
      this.clients.push(await this.call('rosa', 'POST', '/api/v1/clients', {
        preferred_name, family_name, site: this.site, phase: 'aftercare', assign_to: people.nora.id, phone: '555 0134',
      }));
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    this.group = await this.book('nora', {
      kind: 'group', title: 'Coping skills', room: this.rooms[0].id, starts_at: minute - 30 * 60_000, duration_minutes: 90,
      facilitators: [people.nora.id, people.samuel.id], clients: this.clients.map((c) => c.id),
    });
  }

  // `starts_at` in milliseconds.
  book(who, booking) {
    return this.call(who, 'POST', '/api/v1/sessions', {
      service: this.services[0].id, site: this.site, ...booking, starts_at: new Date(booking.starts_at).toISOString(),
    });
  }
}
