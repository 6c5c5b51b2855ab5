/** What the folder of a control plane is called, before its owner. */
export const folderPrefix = 'scaleretail-kubernetes';

/** What a keeper is started with: one JSON argument. */
export interface KeeperOptions {
  /** The folder of the programs. */
  readonly programs: string;
  /** Files and folders with CRDs, which are served before the controllers start. */
  readonly crds: readonly string[];
}

/**
 * What a keeper tells its parent: first `ready` or `failed`, then perhaps `failed`, after which it
 * ends. It is told nothing: a closed channel means that the control plane is to go.
 */
export type KeeperMessage =
  | { readonly type: 'ready'; readonly folder: string }
  | { readonly type: 'failed'; readonly reason: string };
