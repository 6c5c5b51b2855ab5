/** What the keeper is started with: one JSON argument. */
export interface KeeperOptions {
  /** The installed tree of PostgreSQL's binaries. */
  readonly native: string;
  /** 0: a free one. */
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** A server that answers, as the keeper reports it. */
export interface RunningServer {
  readonly port: number;
  readonly folder: string;
  readonly password: string;
}

/**
 * PostgreSQL's ways to shut down, as `pg_ctl -m` names them: `fast` ends the sessions and writes a
 * checkpoint, `immediate` drops everything, as a crash would, so that the next start has to recover.
 */
export type ShutdownMode = 'fast' | 'immediate';

/**
 * What the parent says. `stop` ends the keeper and removes the folder, and so does the loss of the
 * channel. The others leave the folder: `shut-down` ends the server, `start` starts it again on its
 * port; neither does anything where it is so already. Each is answered by `done`.
 */
export type ParentMessage =
  | { readonly type: 'stop' }
  | { readonly type: 'shut-down'; readonly mode: ShutdownMode }
  | { readonly type: 'start' };

/**
 * What the keeper says to its parent: one of `ready`, `failed` and `port-taken`, then `done` for each
 * thing that was asked, and perhaps once `died`, or why a start has failed; after those it ends.
 */
export type KeeperMessage =
  | ({ readonly type: 'ready' } & RunningServer)
  | { readonly type: 'failed'; readonly reason: string; readonly log: string }
  | { readonly type: 'port-taken'; readonly port: number }
  | { readonly type: 'done' }
  | { readonly type: 'died'; readonly reason: string };

/** Why there is no server. */
export type KeeperFailure = Extract<KeeperMessage, { type: 'failed' | 'port-taken' }>;
