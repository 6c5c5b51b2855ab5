import { createHash } from 'node:crypto';
import { toFeature } from './flag-wire.ts';

export interface FlagDefinition {
  readonly name: string;
  /** False switches the flag off for everybody, whatever its rollout. */
  readonly enabled: boolean;
  /**
   * Percent of customers, 0 to 100. The client puts customers into 100 buckets, so that a fraction
   * of a percent adds nobody: 12.5 acts as 12.
   */
  readonly rollout: number;
  /** `userId` (default): a customer stays in while the rollout grows. `random`: drawn for each call. */
  readonly stickiness?: 'userId' | 'random';
}

export type FlagChange = Partial<Pick<FlagDefinition, 'enabled' | 'rollout'>>;

/** A flag that was not defined at the start; `known` has the names of those that were. */
export class UnknownFlagError extends Error {
  override readonly name = 'UnknownFlagError';
  readonly flag: string;
  readonly known: readonly string[];

  constructor(flag: string, known: readonly string[]) {
    super(`There is no flag '${flag}'. Known: ${known.join(', ')}.`);
    this.flag = flag;
    this.known = known;
  }
}

/** A rollout that is not a percentage. */
export class InvalidRolloutError extends Error {
  override readonly name = 'InvalidRolloutError';
  readonly rollout: number;

  constructor(flag: string, rollout: number) {
    super(`The rollout of '${flag}' must be from 0 to 100 percent, not ${rollout}.`);
    this.rollout = rollout;
  }
}

/** What a client polls, with its ETag. */
export interface FeatureDocument {
  readonly body: string;
  readonly etag: string;
}

/** The flags and their state; knows how the Unleash client protocol writes them. */
export class FlagStore {
  readonly #flags = new Map<string, FlagDefinition>();
  #document: FeatureDocument;

  constructor(definitions: readonly FlagDefinition[]) {
    for (const flag of definitions) this.#put(flag);
    this.#document = toDocument(this.all());
  }

  all(): FlagDefinition[] {
    return [...this.#flags.values()];
  }

  /** Throws UnknownFlagError or InvalidRolloutError, and has then changed nothing. */
  change(name: string, change: FlagChange): FlagDefinition {
    const flag = this.#flags.get(name);
    if (flag === undefined) throw new UnknownFlagError(name, [...this.#flags.keys()]);
    const changed = this.#put({ ...flag, ...change });
    this.#document = toDocument(this.all());
    return changed;
  }

  document(): FeatureDocument {
    return this.#document;
  }

  #put(flag: FlagDefinition): FlagDefinition {
    // Written so that NaN is refused too.
    const isPercentage = flag.rollout >= 0 && flag.rollout <= 100;
    if (!isPercentage) throw new InvalidRolloutError(flag.name, flag.rollout);
    this.#flags.set(flag.name, flag);
    return flag;
  }
}

function toDocument(flags: readonly FlagDefinition[]): FeatureDocument {
  const body = JSON.stringify({ version: 2, features: flags.map(toFeature) });
  const digest = createHash('sha256').update(body).digest('base64url');
  return { body, etag: `"${digest}"` };
}
