import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram, toolsFolder } from '@scaleretail/embedded/programs';

/** k6 is nowhere to be found. */
export class NoK6Error extends Error {
  readonly exitCode = 4;

  constructor(folder: string) {
    super(
      `k6 is not installed: it is looked for in PATH and in ${folder}. ` +
        `With Go: GOBIN=${folder} go install go.k6.io/k6@v1.8.1; or see https://grafana.com/docs/k6/latest/set-up/install-k6/`,
    );
    this.name = 'NoK6Error';
  }
}

/** The path of k6, from PATH or the project's folder of tools. @throws {NoK6Error} */
export function findK6(env: NodeJS.ProcessEnv = process.env): string {
  const tools = join(toolsFolder(env), 'bin');
  const found = findProgram('k6', env.PATH, tools);
  if (found === undefined) throw new NoK6Error(tools);
  return found;
}

/** A command that ends when this process does, however that comes about, where the system lets it. */
export function onLeash(command: string, args: readonly string[]): [string, string[]] {
  const leash = ['--pdeathsig', 'KILL'];
  const { status } = spawnSync('setpriv', [...leash, 'true']);
  return status === 0 ? ['setpriv', [...leash, command, ...args]] : [command, [...args]];
}

/**
 * A command that does not wait for the processor of what it measures, as on a machine of its own, where
 * the system lets it: round-robin scheduling, sched(7).
 */
export function withPrecedence(command: string, args: readonly string[]): [string, string[]] {
  const { status } = spawnSync('chrt', ['--rr', '1', 'true']);
  return status === 0 ? ['chrt', ['--rr', '1', command, ...args]] : [command, [...args]];
}
