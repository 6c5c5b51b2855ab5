import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../run.ts';
import { type BuildOptions, buildPrograms } from './build/build.ts';
import { runKubectl } from './control/kubectl.ts';
import { endServersOf } from './control/processes.ts';
import { folderPrefix, type KeeperMessage, type KeeperOptions } from './control/protocol.ts';
import { files } from './control/servers.ts';
import { ClusterFailedError } from './errors.ts';
import { sweepOwnedFolders } from './owned-folder.ts';

/** A control plane that runs: etcd, an API server and the controllers, and no node. */
export interface Cluster {
  /** Where kubectl finds the administrator's token; in the folder, and so gone after the end. */
  readonly kubeconfig: string;
  /** Holds everything on disk, each server's log too. */
  readonly folder: string;
  /** @throws {ClusterFailedError} when a server has ended by itself */
  kubectl(args: readonly string[], stdin?: string): Promise<Answer>;
  /** Ends the servers and removes the folder. More than one call does no harm. */
  close(): Promise<void>;
}

export interface ClusterOptions extends BuildOptions {
  /** Files and folders with CRDs, to be served from the beginning. */
  readonly crds?: readonly string[];
}

/**
 * Starts an empty control plane on 127.0.0.1, having built the programs where they are missing. It
 * lives as long as this process at the most: a keeper process ends it and removes its folder even
 * after a SIGKILL. It does not keep this process alive.
 *
 * @throws {ClusterFailedError} when it does not start; everything has ended and is gone then
 * @throws {NoGoError} @throws {CommandFailedError} when the programs cannot be built
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const programs = await buildPrograms(options);
  const keeper = forkKeeper({ programs, crds: options.crds ?? [] });
  const ended = finish(keeper);
  let failure: ClusterFailedError | undefined;
  const ready = new Promise<string>((resolve, reject) => {
    keeper.on('message', (message: KeeperMessage) => {
      if (message.type === 'ready') resolve(message.folder);
      else failure = new ClusterFailedError(message.reason);
    });
    ended.then((how) => {
      failure ??= new ClusterFailedError(`The keeper of the control plane ended (${how}).`);
      reject(failure);
    });
  });
  const folder = await ready;
  keeper.unref();
  keeper.channel?.unref();
  return {
    folder,
    kubeconfig: join(folder, files.kubeconfig),
    kubectl: async (args, stdin) => {
      if (failure !== undefined) throw failure;
      return runKubectl({ programs, folder }, args, { stdin });
    },
    close: async () => {
      keeper.ref();
      if (keeper.connected) keeper.disconnect();
      await ended;
    },
  };
}

function forkKeeper(options: KeeperOptions): ChildProcess {
  const program = fileURLToPath(new URL('./control/keeper.ts', import.meta.url));
  return fork(program, [JSON.stringify(options)], {
    detached: true,
    // Not this process's flags: a debugger's port or a preloaded module is not for the keeper.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** Resolves with how the keeper ended; one that was killed left its servers and folder to a sweep. */
async function finish(keeper: ChildProcess): Promise<string> {
  const [code, signal] = await once(keeper, 'exit');
  if (code !== 0) await sweepOwnedFolders(tmpdir(), folderPrefix, endServersOf);
  return signal ?? `exit code ${code}`;
}
