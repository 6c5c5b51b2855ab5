import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What a command said, and the code that it ended with; 1 where a signal ended it. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly folder?: string | undefined;
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly stdin?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command to its end. Rejects only when it cannot be started or is aborted. */
export async function run(
  command: string,
  args: readonly string[],
  { folder, env, stdin = '', signal }: RunOptions,
): Promise<Answer> {
  const child = spawn(command, args, {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(folder !== undefined && { cwd: folder }),
    ...(signal !== undefined && { signal }),
  });
  // It may end without having read it all: its code says why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
