import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../src/cli/schema.ts', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a schema command as a process of its own. */
export function startSchema(databaseUrl: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [script, ...args], {
    env: { DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a schema command as an operator would, and gives its exit code and what it printed. */
export async function schema(databaseUrl: string, ...args: string[]): Promise<CommandResult> {
  const child = startSchema(databaseUrl, ...args);
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: out(), stderr: err() };
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
