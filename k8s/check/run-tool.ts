import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Some 100 KB is what an overlay renders to; a dashboard is the most of it. */
const longestOutput = 64 * 1024 * 1024;

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What a program that failed said; absent where it could not be started at all. */
export type ToolResult =
  | { readonly found: false }
  | {
      readonly found: true;
      readonly ok: boolean;
      readonly stdout: string;
      readonly stderr: string;
    };

/** Runs a program to its end. Never throws: a program that is not there is an answer, too. */
export async function runTool(
  program: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  try {
    const ended = await run(program, [...args], { ...options, maxBuffer: longestOutput });
    return { found: true, ok: true, ...ended };
  } catch (error) {
    const {
      code,
      stdout = '',
      stderr = '',
    } = error as NodeJS.ErrnoException & {
      readonly stdout?: string;
      readonly stderr?: string;
    };
    if (code === 'ENOENT') return { found: false };
    return { found: true, ok: false, stdout, stderr: stderr || String(error) };
  }
}
