/** There is no Go on this machine to build the programs with, or to find the modules of the CRDs. */
export class NoGoError extends Error {
  override readonly name = 'NoGoError';
  readonly exitCode = 4;

  constructor(folders: readonly string[]) {
    super(
      `Go is not installed: it is looked for in PATH and in ${folders.join(', ')}. ` +
        'Install Go 1.24 or newer, see https://go.dev/doc/install',
    );
  }
}

/** A program ended with something else than success. `output` is what it said to standard error. */
export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';
  readonly output: string;

  constructor(command: string, code: number, output: string) {
    super(`${command} failed (${code}):\n${output.trimEnd()}`);
    this.output = output;
  }
}

/** The control plane did not start, or has ended by itself. `log` is the tail of the server's. */
export class ClusterFailedError extends Error {
  override readonly name = 'ClusterFailedError';
  readonly log: string;

  constructor(reason: string, log = '') {
    super(log === '' ? reason : `${reason}\n${log}`);
    this.log = log;
  }
}
