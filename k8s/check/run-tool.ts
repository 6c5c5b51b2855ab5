import { run } from '../run.ts';

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
  { cwd, env = process.env }: ToolOptions = {},
): Promise<ToolResult> {
  try {
    const { code, stdout, stderr } = await run(program, args, { folder: cwd, env });
    return { found: true, ok: code === 0, stdout, stderr };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { found: false };
    return { found: true, ok: false, stdout: '', stderr: String(error) };
  }
}
