// What plays the world outside in tests/end_to_end, beside a story: it says on one line where it is, and appends what
// it takes to files, a JSON object a line.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';

export async function play(script, folder) {
  const child = spawn('/usr/bin/python3', [resolve(import.meta.dirname, '../end_to_end', script), folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise((done, fail) => {
    child.stdout.on('data', (d) => done(String(d)));
    child.on('close', (code) => fail(new Error(`${script} ended with ${code}`)));
  });
  // It ends with the story, however that ends.
  child.unref();
  child.stdout.unref();
  process.once('exit', () => child.kill());
  // What follows the last line's end is still being written.
  const all = (name) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1).map((each) => JSON.parse(each)) : [];
  return {
    said,
    all,
    // The first of them that is so, once there is one.
    async first(name, is) {
      const look = () => all(name).find(is);
      const patience = AbortSignal.timeout(60_000);
      const changes = watch(folder);
      try {
        return look() ?? (await new Promise((done, fail) => {
          changes.on('change', () => look() && done(look()));
          patience.onabort = () => fail(new Error(`nothing of the kind came in ${name}: ${JSON.stringify(all(name))}`));
        }));
      } finally {
        changes.close();
      }
    },
  };
}
