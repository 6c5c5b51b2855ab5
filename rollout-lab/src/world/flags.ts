import {
  type FlagChange,
  type FlagDefinition,
  type FlagServer,
  startFlagServer,
} from '@scaleretail/embedded/flag-server';

/** The flags, wherever they are kept. */
export interface Flags {
  /**
   * Gives the flag as it is now; clients see it at their next poll. Rejects with UnknownFlagError or
   * InvalidRolloutError.
   */
  set(name: string, change: FlagChange): Promise<FlagDefinition>;
  get(): Promise<readonly FlagDefinition[]>;
  /** How long the server itself may take until a client that polls hears of a change, ms. */
  readonly settleMs: number;
}

/** Flags on this machine, for clients that are told `url` and `token`. */
export interface EmbeddedFlags extends Flags, Pick<FlagServer, 'url' | 'token' | 'close'> {}

/** Starts the embedded flag server. */
export async function startFlags(flags: readonly FlagDefinition[]): Promise<EmbeddedFlags> {
  const server = await startFlagServer({ flags });
  return {
    url: server.url,
    token: server.token,
    set: async (name, change) => server.set(name, change),
    get: async () => server.get(),
    settleMs: 0,
    close: () => server.close(),
  };
}
