// Takes the download addresses out of package-lock.json: what is installed is held by its hash, and
// where it comes from is each machine's own business. Run after every change of the dependencies.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const entry of Object.values(lock.packages)) delete entry.resolved;
writeFileSync(file, JSON.stringify(lock, null, 2) + '\n');
