import type { Figures, Open } from '../../../load-tests/companion.ts';

/** A load beside the lab's own, by another generator. */
export interface Companion {
  /** Resolves when it has measured what it wants to before the rollout, and goes on sending. */
  opened(shop: Omit<Open, 'type'>): Promise<void>;
  /** Resolves when it has stopped, with the file of what its customers were told, if any. */
  ended(own: Figures): Promise<string | null>;
}
