import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runChild, watchSignals } from './run-child.mjs';
import { ensureInstalled, InstallError } from './run-install.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** From here on Node runs .ts files without a flag. */
const OLDEST_RUNTIME = [22, 18];

/**
 * Runs a script, given by its path from the project's root, in that root; ends this process with the
 * script's exit code, 128 + n when signal n ended it.
 * @param {string[]} words options for Node, the script, then its arguments
 */
export async function main(words) {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const script = words[at];
  if (script === undefined) fail('Usage: node scripts/run.mjs [Node options] <script> [arguments]');
  const [nodeOptions, args] = [words.slice(0, at), words.slice(at + 1)];
  watchSignals();
  try {
    await ensureInstalled(ROOT);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    fail(error.message);
  }
  const child = runChild(findNode(), [...nodeOptions, ...leash(), resolve(ROOT, script), ...args], {
    cwd: ROOT,
    env: withCompileCache(),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  process.exit(await child.ended);
}

/** The Node that package-lock.json pins, or this one if it will do. */
function findNode() {
  const pinned = join(ROOT, 'node_modules', '.bin', 'node');
  if (existsSync(pinned)) return pinned;
  const [major = 0, minor = 0] = process.version.slice(1).split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_RUNTIME;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) {
    return process.execPath;
  }
  return fail(
    `No Node is pinned for ${process.platform}-${process.arch}, and ${process.version} is too old ` +
      `to run TypeScript: install Node ${OLDEST_RUNTIME.join('.')} or newer.`,
  );
}

/**
 * What Node has compiled once, it and every process below it may take from here: a replica is ready
 * a third sooner. Nothing else depends on it.
 */
function withCompileCache() {
  return { NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'node'), ...process.env };
}

/**
 * When this process is killed outright, the child sees its IPC channel close. The leash makes that a
 * SIGTERM; without it a program has to listen for `disconnect` itself, or goes on alone.
 */
function leash() {
  const file = join(ROOT, 'embedded', 'src', 'leash.ts');
  return existsSync(file) ? ['--import', pathToFileURL(file).href] : [];
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
