import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';

/** A process of the run ended, or never came up, when it should have been at work. */
export class ProcessFailedError extends Error {
  constructor(what: string, how: string, lastWords: readonly string[]) {
    super(`${what} ${how}${lastWords.length === 0 ? '' : `:\n${lastWords.join('\n')}`}`);
    this.name = 'ProcessFailedError';
  }
}

/** What a child says, line by line; the last lines are kept for when it fails. */
export class Words {
  readonly last: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null)
        createInterface({ input: stream }).on('line', (line) => this.#heard(line));
    }
  }

  onLine(listener: (line: string) => void): void {
    this.#listeners.add(listener);
  }

  #heard(line: string): void {
    this.last.push(line);
    if (this.last.length > 20) this.last.shift();
    for (const listener of this.#listeners) listener(line);
  }
}

/** The fields of a log line, or null when it is none. */
export function parseLogLine(line: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

export async function exited(child: ChildProcess): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode === null ? `exit code ${child.exitCode}` : child.signalCode;
}

/**
 * What the first log line says in which `told` finds an address.
 *
 * @throws {ProcessFailedError} when the child ends before
 */
export async function addressOf(
  child: ChildProcess,
  what: string,
  told: (fields: Record<string, unknown>) => unknown = ({ url }) => url,
): Promise<string> {
  const words = new Words(child);
  const { promise, resolve } = Promise.withResolvers<string>();
  words.onLine((line) => {
    const address = told(parseLogLine(line) ?? {});
    if (typeof address === 'string') resolve(address);
  });
  const ended = exited(child).then((how) => {
    throw new ProcessFailedError(what, `ended before it was ready (${how})`, words.last);
  });
  return Promise.race([promise, ended]);
}

/** Ends a child: SIGTERM, and SIGKILL when that has not helped in `graceMs`. */
export async function end(child: ChildProcess, graceMs: number): Promise<string> {
  if (child.exitCode !== null || child.signalCode !== null) return exited(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  child.kill('SIGTERM');
  const how = await exited(child);
  clearTimeout(timer);
  return how;
}

const lowest = 19;
/** A tenth of a busy processor: enough to be ready in the end. */
const lowSession = 10;

/** Only root may raise a priority again that was lowered. */
export const canReprioritize = process.getuid?.() === 0;

/**
 * On separate machines a process that prepares something takes nothing from those at work. On this one
 * it is given what they leave, for good.
 */
export function lowerPriority(pid: number): void {
  setPriority(pid, lowest);
}

/**
 * As `lowerPriority`, for a process that is to be at work itself: where it cannot be raised again, not at
 * all. Also where Linux shares the processor out by session: see `normalPriority`.
 */
export function startAtLowPriority(pid: number): void {
  if (!canReprioritize) return;
  lowerPriority(pid);
  setSessionPriority(pid, lowSession);
}

/**
 * Back to normal, for all threads: Linux keeps a priority for each of them, and where it has
 * autogroups (sched(7)) one for each session, beside which the others count for nothing. Every child
 * has a session of its own.
 */
export function normalPriority(pid: number): void {
  if (!canReprioritize) return;
  setSessionPriority(pid, 0);
  for (const thread of threadsOf(pid)) {
    try {
      setPriority(thread, 0);
    } catch {
      // The thread has ended meanwhile.
    }
  }
}

function setSessionPriority(pid: number, nice: number): void {
  if (!canReprioritize) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
  } catch {
    // No autogroups here: the threads' own priorities count.
  }
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
