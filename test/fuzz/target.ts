import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import type { ReleaseName } from '../../src/releases.ts';

const serverScript = fileURLToPath(new URL('../../src/server.ts', import.meta.url));

export interface Target {
  readonly release: ReleaseName;
  readonly url: string;
  /** Ends the replica; gives what it logged as an error or worse. */
  stop(): Promise<string[]>;
}

/** Starts a replica in a process of its own, and waits until it is ready. */
export async function startTarget(
  env: Record<string, string>,
  release: ReleaseName,
): Promise<Target> {
  const child = spawnNode(serverScript, { env });
  const ended = once(child, 'exit');
  const failures: string[] = [];
  const url = Promise.withResolvers<string>();
  const read = (line: string) => {
    const entry = parse(line);
    if (entry.msg === 'listening' && entry.address !== undefined) url.resolve(entry.address);
    if (entry.level === undefined || entry.level >= 50) failures.push(line);
  };
  for (const stream of [child.stdout, child.stderr]) onLines(stream, read);
  ended.then(() => url.reject(new Error(`release ${release} ended: ${failures.join('\n')}`)));
  const address = await url.promise;
  while ((await fetch(`${address}/readyz`)).status !== 200) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    release,
    url: address,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      return failures;
    },
  };
}

function parse(line: string): { msg?: string; address?: string; level?: number } {
  try {
    return JSON.parse(line);
  } catch {
    return {}; // no line of the log: what Node says of a crash
  }
}

function onLines(stream: NodeJS.ReadableStream | null, read: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) read(line);
  });
}
