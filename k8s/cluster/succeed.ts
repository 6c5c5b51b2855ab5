import type { Cluster } from './cluster.ts';
import { CommandFailedError } from './errors.ts';

/** Runs kubectl where only success will do, and gives back what it printed. @throws {CommandFailedError} */
export async function succeed(
  cluster: Cluster,
  args: readonly string[],
  stdin?: string,
): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(args, stdin);
  if (code !== 0) throw new CommandFailedError(`kubectl ${args[0]}`, code, stderr);
  return stdout;
}
