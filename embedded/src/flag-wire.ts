import type { FlagDefinition } from './flag-store.ts';

/** A flag as the client API of Unleash has it, version 2; only what is read here. */
export interface Feature {
  readonly name: string;
  readonly enabled: boolean;
  readonly strategies: readonly {
    readonly name: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly constraints: readonly unknown[];
  }[];
}

/** The parameters of the strategy `flexibleRollout`, which every flag has. */
export function rolloutParameters({
  name,
  rollout,
  stickiness = 'userId',
}: Pick<FlagDefinition, 'name' | 'rollout' | 'stickiness'>): Record<string, string> {
  return {
    rollout: String(rollout),
    // `userId` leaves out a call that names no customer, even at 100 percent. `default` hashes
    // the same customer to the same bucket, and lets such a call in: everybody means everybody.
    stickiness: rollout === 100 ? 'default' : stickiness,
    // The seed of the hash: the same customers for the same flag, independent of other flags.
    groupId: name,
  };
}

export function toFeature(flag: FlagDefinition): Feature & Record<string, unknown> {
  return {
    name: flag.name,
    type: 'release',
    enabled: flag.enabled,
    stale: false,
    impressionData: false,
    project: 'default',
    variants: [],
    strategies: [{ name: 'flexibleRollout', constraints: [], parameters: rolloutParameters(flag) }],
  };
}

/** Percent of the customers that have the flag while it is on. */
export function rolloutOf({ strategies }: Feature): number {
  const rollout = strategies.find(({ name }) => name === 'flexibleRollout')?.parameters.rollout;
  return Number(rollout ?? 100);
}
