import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandFailedError, NoGoError } from '../errors.ts';
import { run } from '../run.ts';

/** Where Go's own installation guide puts it; a shell may not have it in its PATH yet. */
const usualFolder = '/usr/local/go/bin';

/** The path of Go. @throws {NoGoError} */
export function findGo(path = process.env.PATH ?? '', usual = usualFolder): string {
  const folders = [...path.split(delimiter), usual];
  const found = folders.map((folder) => join(folder, 'go')).find(isExecutable);
  if (found === undefined) throw new NoGoError([usual]);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs Go in a folder and gives back what it printed.
 *
 * @throws {NoGoError}
 * @throws {CommandFailedError} with what Go said
 */
export async function runGo(
  args: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const { code, stdout, stderr } = await run(findGo(), args, {
    folder,
    // A workspace or flags of the caller's would change what is built.
    env: { ...process.env, GOWORK: 'off', GOFLAGS: '', CGO_ENABLED: '0' },
    signal,
  });
  if (code !== 0) throw new CommandFailedError(`go ${args[0]}`, code, stderr);
  return stdout;
}
