/** A cache-aside store of JSON values. It may forget; it is never an error and never wrong. */
export interface Cache {
  /** Whether the replicas see each other's invalidations. What changes is cached only then. */
  readonly shared: boolean;
  /** The cached value, or what `load` gives, which is then kept. `null` is not kept. */
  getOrLoad<T>(key: string, load: () => Promise<T | null>): Promise<T | null>;
  /** Forgets the keys, so that the next reader loads. */
  invalidate(keys: readonly string[]): Promise<void>;
}
