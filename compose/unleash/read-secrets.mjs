// Unleash takes its secrets from the environment alone. This hands them over from files, before
// anything else runs: what NAME_FILE points to becomes NAME.
import { readFileSync } from 'node:fs';

for (const [name, file] of Object.entries(process.env)) {
  if (!name.endsWith('_FILE') || name === 'IMPORT_FILE') continue;
  process.env[name.slice(0, -'_FILE'.length)] = readFileSync(file, 'utf8').trim();
}
