import { findProgram } from '@scaleretail/embedded/programs';
import { run } from '../../run.ts';
import { CommandFailedError, NoGoError } from '../errors.ts';

/** Where Go's own installation guide puts it; a shell may not have it in its PATH yet. */
const usualFolder = '/usr/local/go/bin';

/** The path of Go. @throws {NoGoError} */
export function findGo(path = process.env.PATH ?? '', usual = usualFolder): string {
  const found = findProgram('go', path, usual);
  if (found === undefined) throw new NoGoError([usual]);
  return found;
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
