import { join } from 'node:path';
import { type Answer, run } from '../../run.ts';
import { files } from './servers.ts';

/** A kubectl and the folder of the control plane that it is to talk to. */
export interface Client {
  readonly programs: string;
  readonly folder: string;
}

/** Runs kubectl as the administrator; nothing of the caller's configuration or cache has a part in it. */
export function runKubectl(
  { programs, folder }: Client,
  args: readonly string[],
  { stdin, signal }: { readonly stdin?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<Answer> {
  const kubeconfig = `--kubeconfig=${join(folder, files.kubeconfig)}`;
  return run(join(programs, 'kubectl'), [kubeconfig, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: folder },
    stdin,
    signal,
  });
}
