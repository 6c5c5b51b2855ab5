import { fileURLToPath } from 'node:url';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import { end, exited, lowerPriority, Words } from './processes.ts';

const script = fileURLToPath(new URL('../../../src/cli/schema.ts', import.meta.url));

/** A schema command ended with another code than 0. */
export class SchemaCommandError extends Error {
  readonly exitCode: string;

  constructor(command: readonly string[], exitCode: string, lastWords: readonly string[]) {
    super(`schema ${command.join(' ')} ended with ${exitCode}:\n${lastWords.join('\n')}`);
    this.name = 'SchemaCommandError';
    this.exitCode = exitCode;
  }
}

export type RunSchema = (
  command: readonly string[],
  onLine?: (line: string) => void,
) => Promise<readonly string[]>;

/**
 * Runs the service's own schema command, as an operator would type it, and gives its last lines.
 *
 * @throws {SchemaCommandError} when it fails.
 */
export function schemaRunner(databaseUrl: string, signal: AbortSignal): RunSchema {
  return async (command, onLine) => {
    signal.throwIfAborted();
    const child = spawnNode(script, {
      args: [...command],
      env: { SCHEMA_DATABASE_URL: databaseUrl },
    });
    if (child.pid !== undefined) lowerPriority(child.pid);
    const stop = () => void end(child, 2_000);
    signal.addEventListener('abort', stop, { once: true });
    const words = new Words(child);
    if (onLine !== undefined) words.onLine(onLine);
    const how = await exited(child);
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
    if (how !== 'exit code 0') throw new SchemaCommandError(command, how, words.last);
    return words.last;
  };
}
