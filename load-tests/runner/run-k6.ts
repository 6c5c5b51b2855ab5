import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Report } from '../k6/report.ts';
import { findK6, onLeash, withPrecedence } from './find-k6.ts';

/** What k6 runs; load-tests/k6/<name>.ts. */
export const scenarios = ['smoke', 'baseline', 'rollout', 'stress', 'soak'] as const;
export type Scenario = (typeof scenarios)[number];

export interface K6Options {
  readonly scenario: Scenario;
  /** For what it leaves; must be there. */
  readonly folder: string;
  /** See load-tests/k6/settings.ts. */
  readonly env: Readonly<Record<string, string>>;
}

/** k6 ended without a summary. */
export class K6FailedError extends Error {
  constructor(scenario: Scenario, how: string, lastWords: string) {
    super(`k6 ended without a summary of ${scenario} (${how}):\n${lastWords.trim()}`);
    this.name = 'K6FailedError';
  }
}

/** k6's own exit codes of a run that was told to end, or in which limits were crossed. */
const wellKnown = [0, 99, 105];

const firstOrderMs = 30_000;

/** A run of k6. */
export interface K6Run {
  /** What customers were told is gathered here, from the first acknowledged order on. */
  readonly toldFile: string;
  /** Resolves when the first order was acknowledged. Rejects with K6FailedError, or after 30 s. */
  sending(): Promise<void>;
  /** Has it stop sending and sum up; nothing when it has ended. */
  stop(): void;
  /** Rejects with K6FailedError. */
  readonly report: Promise<Report>;
}

/** Starts k6. @throws {NoK6Error} */
export function startK6({ scenario, folder, env }: K6Options): K6Run {
  const toldFile = join(folder, 'told.ndjson');
  // Of an earlier run: k6 would add to the one, and the other would pass for this run's.
  for (const file of [toldFile, join(folder, 'summary.json')]) rmSync(file, { force: true });
  const script = fileURLToPath(new URL(`../k6/${scenario}.ts`, import.meta.url));
  const options = ['--quiet', '--no-usage-report', '--address', '', '--log-format', 'raw'];
  const told = ['--console-output', toldFile];
  const [command, args] = onLeash(
    ...withPrecedence(findK6(), ['run', ...options, ...told, script]),
  );
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH ?? '', ...env, SUMMARY_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C is this process's to pass on.
    detached: true,
  });
  const report = reportOf(child, scenario, folder);
  return {
    toldFile,
    sending: () => Promise.race([firstOrderIn(toldFile), report.then(() => {})]),
    stop: () => void child.kill('SIGINT'),
    report,
  };
}

async function firstOrderIn(toldFile: string): Promise<void> {
  for (const deadline = Date.now() + firstOrderMs; Date.now() < deadline; await sleep(50)) {
    if ((statSync(toldFile, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  }
  throw new Error(`no order was acknowledged in the first ${firstOrderMs / 1000} s of k6`);
}

async function reportOf(child: ChildProcess, scenario: Scenario, folder: string): Promise<Report> {
  let words = '';
  child.stdout?.resume(); // the summary, which is in its file as well
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(-4_000);
  });
  const [code, signal] = await once(child, 'close');
  const file = join(folder, 'summary.json');
  if (!wellKnown.includes(code) || !existsSync(file)) {
    throw new K6FailedError(scenario, signal ?? `exit code ${code}`, words);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}
