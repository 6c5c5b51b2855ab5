import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/**
 * The child has a process group of its own, so that a terminal's Ctrl-C reaches this process alone,
 * which passes it on: every signal arrives exactly once, whether it came from the terminal or from
 * `kill`. In a shared group the two cannot be told apart, and a program that takes a second Ctrl-C for
 * "at once" would never drain. Windows has no groups: there the console reaches both.
 */
const OWN_GROUP = process.platform !== 'win32';

/** Where each signal goes: the child's whole group, as a terminal would send it, or its leader. */
const FORWARDED = /** @type {const} */ ({
  SIGINT: 'group',
  SIGTERM: 'leader',
  SIGHUP: 'leader',
});

/**
 * npm passes on the Ctrl-C that the terminal has brought here already, and `timeout` signals both its
 * child and its group: the same signal again within this time is the same one. In ms.
 */
const SAME_SIGNAL_MS = 500;
const PARENT_POLL_MS = 500;

/** @type {import('node:child_process').ChildProcess | undefined} */
let current;
/** @type {NodeJS.Signals | undefined} */
let interruption;
/** @type {Map<NodeJS.Signals, number>} when each signal was last passed on */
const passedOnAt = new Map();

/** The signal that this process was told to end by, if any. */
export function interruptedBy() {
  return interruption;
}

/** @param {NodeJS.Signals} signal the shell's exit code for a process that it ended */
export function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

/** Passes signals on to the child that runs, and the loss of our own parent as a SIGTERM. */
export function watchSignals() {
  for (const signal of /** @type {(keyof typeof FORWARDED)[]} */ (Object.keys(FORWARDED))) {
    process.on(signal, () => interrupt(signal));
  }
  process.on('SIGWINCH', () => send('SIGWINCH', 'group'));
  process.on('SIGTSTP', () => {
    send('SIGSTOP', 'group');
    process.kill(process.pid, 'SIGSTOP');
  });
  process.on('SIGCONT', () => send('SIGCONT', 'group'));
  watchParent();
}

function watchParent() {
  const before = lineage();
  const timer = setInterval(() => {
    if (lineage() === before) return;
    clearInterval(timer);
    interrupt('SIGTERM');
  }, PARENT_POLL_MS);
  timer.unref();
}

/**
 * Who started us: it changes when one of them is killed outright. npm runs a script in a shell, which
 * lives on without npm and waits for us, so that there the shell's parent counts as well.
 */
function lineage() {
  const underNpm = process.env.npm_lifecycle_event !== undefined;
  return `${process.ppid} ${underNpm ? parentOf(process.ppid) : ''}`;
}

/** Field 4 of proc_pid_stat(5). Without /proc, on macOS, `sh` does not stay: it turns into our process. */
function parentOf(/** @type {number} */ pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')')).split(' ')[2];
  } catch {
    return '';
  }
}

/** @param {keyof typeof FORWARDED} signal */
function interrupt(signal) {
  const now = performance.now();
  if (now - (passedOnAt.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_SIGNAL_MS) return;
  passedOnAt.set(signal, now);
  interruption = signal;
  if (current === undefined) process.exit(exitCodeOf(signal));
  send(signal, FORWARDED[signal]);
}

/**
 * @param {NodeJS.Signals} signal
 * @param {'group' | 'leader'} to
 */
function send(signal, to) {
  if (current?.pid === undefined) return;
  try {
    process.kill(OWN_GROUP && to === 'group' ? -current.pid : current.pid, signal);
  } catch {
    // It ended a moment ago.
  }
}

/**
 * Starts a program that gets this process's signals until it ends. `ended` resolves with its exit
 * code, 128 + n when signal n ended it, and rejects when it cannot be started.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function runChild(command, args, options) {
  const child = spawn(command, args, { ...options, detached: OWN_GROUP });
  current = child;
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal === null ? code : exitCodeOf(signal)));
  }).finally(() => {
    current = undefined;
  });
  return { child, ended };
}
