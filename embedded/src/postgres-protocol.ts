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
 * What the keeper says to its parent: one of `ready`, `failed` and `port-taken`, then perhaps `died`.
 * Whatever the parent says means "stop", and so does the loss of the channel.
 */
export type KeeperMessage =
  | ({ readonly type: 'ready' } & RunningServer)
  | { readonly type: 'failed'; readonly reason: string; readonly log: string }
  | { readonly type: 'port-taken'; readonly port: number }
  | { readonly type: 'died'; readonly reason: string };
