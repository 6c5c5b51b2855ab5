import { type Command, CommanderError } from 'commander';
import { InterruptedError } from './interrupt.ts';

/**
 * Parses the command line and does what it says. Ends the process with 2 for a wrong option, and as
 * a shell tells it when a signal has ended the work; anything else that goes wrong is thrown.
 */
export async function runProgram(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
    if (!(error instanceof InterruptedError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
}

/** The result on standard output, and the exit code that goes with it. */
export function tellResult<Result extends { readonly green: boolean }>(
  result: Result,
  options: { readonly json: boolean; readonly report: (result: Result) => string },
): void {
  const text = options.json ? JSON.stringify(result, null, 2) : options.report(result);
  process.stdout.write(`${text}\n`);
  process.exitCode = result.green ? 0 : 1;
}
