import { once } from 'node:events';
import type { CommandResult } from '../support/schema-command.ts';
import { startSchema } from '../support/schema-command.ts';

/** A schema command that runs, and may be killed. */
export interface Running {
  /** False once it has ended, in whatever way. */
  readonly runs: () => boolean;
  readonly ended: Promise<CommandResult>;
  /** SIGKILL; false when it had ended before. */
  kill(): boolean;
}

/** Starts it as an operator does. */
export function startCommand(databaseUrl: string, args: readonly string[]): Running {
  const child = startSchema(databaseUrl, ...args);
  let runs = true;
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      told[name] += text;
    });
  }
  child.once('exit', () => {
    runs = false;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...told }));
  return { runs: () => runs, ended, kill: () => runs && child.kill('SIGKILL') };
}
