import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { spawnNode } from '@scaleretail/embedded/spawn-node';

/** A process of the benchmark did not come up, or failed. */
export class ProcessFailedError extends Error {
  constructor(what: string, lastWords: readonly string[]) {
    super(`${what} failed:\n${lastWords.join('\n')}`);
    this.name = 'ProcessFailedError';
  }
}

export interface Running {
  readonly child: ChildProcess;
  /** Where it listens. */
  readonly url: string;
  /** Where a debugger may connect, if it was started with --inspect. */
  readonly inspector: string | undefined;
  close(): Promise<void>;
}

const listeningLine = /"(?:address|url)":"(http:[^"]+)"/;
const inspectorLine = /Debugger listening on (ws:\S+)/;
/** Cold files and a busy machine included. */
const startMs = 60_000;
const stopMs = 30_000;

/**
 * Starts a script that prints a JSON line with its address once it listens.
 *
 * @throws {ProcessFailedError} when it ends before that.
 */
export async function startProcess(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  const child = spawnNode(script, { env });
  const words: string[] = [];
  let inspector: string | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (line: string) => {
      words.push(line);
      inspector ??= inspectorLine.exec(line)?.[1];
      const address = listeningLine.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    };
    for (const output of [child.stdout, child.stderr]) {
      if (output !== null) createInterface({ input: output }).on('line', hear);
    }
    child.once('exit', () => reject(new ProcessFailedError(script, words.slice(-20))));
    setTimeout(() => reject(new ProcessFailedError(script, words.slice(-20))), startMs).unref();
  }).finally(() => {
    // From here on its words are read only so that the pipes never fill.
    for (const output of [child.stdout, child.stderr]) output?.removeAllListeners('data').resume();
  });
  return { child, url, inspector, close: () => end(child) };
}

/** SIGTERM, and SIGKILL to one that does not end. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(timer);
}

/** @throws {ProcessFailedError} unless the script ends with 0. */
export async function runProcess(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawnNode(script, { args, env });
  const words: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    if (output !== null) createInterface({ input: output }).on('line', (line) => words.push(line));
  }
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new ProcessFailedError(`${script} ${args.join(' ')}`, words.slice(-20));
}

/** A Redis that keeps nothing on disk; null when no redis-server is installed. */
export async function startRedis(): Promise<{ url: string; close: () => Promise<void> } | null> {
  if (spawnSync('redis-server', ['--version']).status !== 0) return null;
  const port = await findFreePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly'];
  const child = spawn('redis-server', [...options, 'no'], { stdio: 'ignore' });
  const close = () => end(child);
  for (let tries = 0; tries < 100; tries += 1) {
    if (await accepts(port)) return { url: `redis://127.0.0.1:${port}`, close };
    await sleep(20);
  }
  await close();
  throw new ProcessFailedError('redis-server', ['it does not listen']);
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return connected;
}
