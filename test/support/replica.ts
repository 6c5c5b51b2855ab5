import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import { expect, onTestFinished } from 'vitest';

export { refusesConnections } from './wait.ts';

const serverScript = fileURLToPath(new URL('../../src/server.ts', import.meta.url));

/** A replica as an orchestrator runs it: a process of its own, known by what it prints. */
export interface Replica {
  readonly child: ChildProcess;
  /** Its address; rejects with what it printed when it ends without listening. */
  readonly listening: Promise<string>;
  readonly ended: Promise<Ending>;
  stdout(): string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts src/server.ts, which logs what it does; killed when the test that asks for it ends, if it still runs then. */
export function startReplica(
  env: Readonly<Record<string, string>>,
  logLevel: 'info' | 'trace' = 'info',
): Replica {
  const child = spawnNode(serverScript, { env: { PORT: '0', ...env, LOG_LEVEL: logLevel } });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    stdout: stdout(),
    stderr: stderr(),
  }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, stdout, ended, listening: addressOf(child, stdout, ended) };
}

/** Starts a replica and waits until it answers that it is ready. */
export async function readyReplica(
  env: Readonly<Record<string, string>>,
  logLevel: 'info' | 'trace' = 'info',
): Promise<Replica & { readonly url: string }> {
  const replica = startReplica(env, logLevel);
  const url = await replica.listening;
  while ((await fetch(`${url}/readyz`)).status !== 200) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { ...replica, url };
}

/** Starts a replica that has to end by itself, without ever listening. */
export async function endingOf(env: Readonly<Record<string, string>>): Promise<Ending> {
  const ending = await startReplica(env).ended;
  expect(ending.stdout).not.toContain('listening');
  return ending;
}

/** What was said on standard error, which must be one line. */
export function sentenceOf({ stderr }: Ending): string {
  expect(stderr).toMatch(/^[^\n]+\n$/);
  return stderr.trimEnd();
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

function addressOf(
  child: ChildProcess,
  stdout: () => string,
  ended: Promise<Ending>,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout?.on('data', () => {
    const [, address] = /"address":"([^"]+)","msg":"listening"/.exec(stdout()) ?? [];
    if (address !== undefined) resolve(address);
  });
  ended.then((how) => reject(new Error(`it ended without listening: ${JSON.stringify(how)}`)));
  promise.catch(() => {}); // for those who wait for its end only
  return promise;
}
