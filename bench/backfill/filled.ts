export interface FillOptions {
  readonly databaseUrl: string;
  /** After so long the engine and the loop are told to stop where they are. */
  readonly limitSeconds: number;
  /** Options of `backfill`, over its own defaults. */
  readonly engineOptions: readonly string[];
  /** Addresses of the replicas, where there are any: the engine listens to their p99. */
  readonly replicas: readonly string[];
}

/** What a filling took, by its own clock. */
export interface Filled {
  readonly seconds: number;
  /** Of the engine's process. */
  readonly rssMib?: { readonly start: number; readonly peak: number };
  /** Of the loop, by table. */
  readonly paces?: readonly Pace[];
}

/** Rows a second in the first and in the last tenth of what was done. */
export interface Pace {
  readonly table: string;
  readonly first: number;
  readonly last: number;
}
