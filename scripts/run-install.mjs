import { basename, join } from 'node:path';
import { exitCodeOf, interruptedBy, runChild } from './run-child.mjs';
import { removeStamp, whyNotLocked, whyStale, writeStamp } from './run-freshness.mjs';
import { withLock } from './run-lock.mjs';

/** The dependencies could not be installed; the message says what npm said, and what to do. */
export class InstallError extends Error {}

const OUTPUT_TAIL_LINES = 30;
const NETWORK_ERROR =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/;

/**
 * Installs the dependencies unless they are there as package-lock.json has them.
 * @param {string} root
 */
export async function ensureInstalled(root) {
  if (whyStale(root) === undefined) return;
  await withLock(join(root, '.install-lock'), async (addHolder) => {
    const reason = whyStale(root); // whoever had the lock before has perhaps installed
    if (reason !== undefined) await install(root, reason, addHolder);
  });
}

/**
 * @param {string} root
 * @param {string} reason
 * @param {(pid: number | undefined) => void} addHolder
 */
async function install(root, reason, addHolder) {
  const started = performance.now();
  removeStamp(root);
  say(`Installing dependencies (npm ci): ${reason}`);
  let result = await npm(root, ['ci'], addHolder);
  if (result.output.includes('EUSAGE')) {
    say(`Installing dependencies (npm install --no-save): ${whyNotLocked(root)}`);
    result = await npm(root, ['install', '--no-save'], addHolder);
  }
  if (result.code !== 0) throw new InstallError(describeFailure(result));
  writeStamp(root);
  say(`Installed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/**
 * Runs npm and keeps its output; an interruption ends this process once npm has ended. `--include=dev`: NODE_ENV=production would leave half of it out.
 * @param {string} root
 * @param {string[]} words
 * @param {(pid: number | undefined) => void} addHolder
 */
async function npm(root, words, addHolder) {
  const [command, ...first] = npmCommand();
  const { child, ended } = runChild(
    command,
    [...first, ...words, '--include=dev', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && first.length === 0,
    },
  );
  addHolder(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const code = await ended.catch((error) => {
    throw new InstallError(`npm cannot be started: ${error.message}`);
  });
  const signal = interruptedBy();
  if (signal !== undefined) process.exit(exitCodeOf(signal));
  return { code, output, command: words.join(' ') };
}

/** The npm that runs us, if one does; pnpm and yarn set the same variable and are no help here. */
function npmCommand() {
  const path = process.env.npm_execpath ?? '';
  return basename(path) === 'npm-cli.js' ? [process.execPath, path] : ['npm'];
}

/** @param {{ code: number, output: string, command: string }} result */
function describeFailure({ code, output, command }) {
  const tail = output.trimEnd().split('\n').slice(-OUTPUT_TAIL_LINES).join('\n');
  const advice = NETWORK_ERROR.test(output)
    ? 'The package registry cannot be reached: check the network, then run the same command again.'
    : 'Run the same command again when the cause above is removed.';
  return `${tail}\n\nThe dependencies could not be installed: npm ${command} ended with ${code}. ${advice}`;
}

/** @param {string} line goes to stderr: stdout is the script's */
function say(line) {
  process.stderr.write(`${line}\n`);
}
