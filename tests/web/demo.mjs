// The real server on the demo programme, in a folder of its own, and a browser: for what is neither a test nor a
// story, such as figures and the README's pictures.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');

export class Demo {
  // `binary` is circled, `web` the folder of the built pages.
  static async open({ binary, web = `${root}/server/web/dist` }) {
    const demo = new Demo();
    demo.folder = mkdtempSync(join(tmpdir(), 'circled-demo-'));
    demo.binary = binary;
    const printed = await demo.#run(['demo']);
    demo.logins = Object.fromEntries([...printed.matchAll(/^ {2}(\w+) +(\S+-\S+-\S+) +\w+ +/gm)].map((m) => [m[1], m[2]]));
    await demo.#serve(web);
    const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
    const { chromium } = createRequire(`${root}/server/web/package.json`)('playwright-core');
    demo.browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    demo.admin = (await demo.call(null, 'POST', '/api/v1/tokens', { login: 'alex', password: demo.logins.alex, device: 'demo' })).token;
    return demo;
  }

  async close() {
    await this.browser.close();
    this.server.removeAllListeners('close');
    const ended = new Promise((done) => this.server.on('close', done));
    this.server.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  async call(token, method, path, body) {
    const answer = await fetch(this.origin + path, {
      method,
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID(), ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  // Browsers that are signed in: of one of the staff, and of a client on a telephone.
  async desk(login, more = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', reducedMotion: 'reduce', ...more });
    await context.request.post(`${this.origin}/api/v1/sign-in`, { headers: { Origin: this.origin }, data: { login, password: this.logins[login] } });
    return context;
  }
  async phone(client, more = {}) {
    const context = await this.browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, locale: 'en-US', reducedMotion: 'reduce', ...more });
    const { code } = await this.call(this.admin, 'POST', `/api/v1/clients/${client.id}/enrolment-codes`);
    await context.request.post(`${this.origin}/api/v1/devices`, { headers: { Origin: this.origin }, data: { code, device: 'demo', keep: 'cookie' } });
    return context;
  }

  #run(words) {
    return new Promise((done, failed) => {
      const child = spawn(this.binary, [...words, '--data', this.folder]);
      let out = '';
      child.stdout.on('data', (d) => (out += d));
      child.stderr.on('data', (d) => (out += d));
      child.on('close', (code) => (code === 0 ? done(out) : failed(new Error(`circled ${words.join(' ')}: ${out}`))));
    });
  }
  #serve(web) {
    this.server = spawn(this.binary, ['serve', '--listen', '127.0.0.1:0', '--data', this.folder, '--web', resolve(web)]);
    return new Promise((done, failed) => {
      let out = '';
      this.server.stdout.on('data', (d) => {
        const found = /circled: listening on (http:\S+)/.exec((out += d));
        if (found) done((this.origin = found[1]));
      });
      this.server.stderr.on('data', () => {});
      this.server.on('close', (code) => failed(new Error(`the server ended with ${code}`)));
    });
  }
}
