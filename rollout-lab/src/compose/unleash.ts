import {
  type FlagChange,
  type FlagDefinition,
  InvalidRolloutError,
  UnknownFlagError,
} from '@scaleretail/embedded/flag-server';
import { type Feature, rolloutOf, rolloutParameters } from '@scaleretail/embedded/flag-wire';
import type { Flags } from '../world/flags.ts';
import type { UnleashAccess } from './config.ts';
import { persistently } from './persist.ts';

/** Unleash did not do what it was asked for. */
export class UnleashError extends Error {
  readonly status: number;

  constructor(what: string, status: number, more = '') {
    super(`Unleash: ${what} was answered ${status} ${more}`.trimEnd());
    this.name = 'UnleashError';
    this.status = status;
  }
}

/** It does not answer, or not yet; `fetch` says the former with a TypeError. */
const isAway = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof UnleashError && error.status >= 500);

const environment = 'development';

interface AdminFeature {
  readonly environments: readonly {
    readonly name: string;
    readonly strategies: readonly { readonly id: string; readonly name: string }[];
  }[];
}

/** The flags of a real Unleash, changed by its Admin API and read as the replicas read them. */
export class UnleashFlags implements Flags {
  /** It looks for changes of its own once a second, before it tells a client of them. */
  readonly settleMs = 1_000;
  readonly #access: UnleashAccess;
  /** As they were imported, or set last by this process: what was set is not told back at once. */
  readonly #flags: Map<string, FlagDefinition>;
  /** Ids of the flags' strategies. */
  readonly #strategies = new Map<string, string>();

  /** `flags` are those that were imported: see compose/unleash/flags.json. */
  constructor(access: UnleashAccess, flags: readonly FlagDefinition[]) {
    this.#access = access;
    this.#flags = new Map(flags.map((flag) => [flag.name, flag]));
  }

  /** The rollout first, so that a flag is never on for others than it should be. */
  async set(name: string, change: FlagChange): Promise<FlagDefinition> {
    const flag = this.#flags.get(name);
    if (flag === undefined) throw new UnknownFlagError(name, [...this.#flags.keys()]);
    const changed = { ...flag, ...change };
    if (change.rollout !== undefined) await this.#setRollout(changed);
    if (change.enabled !== undefined) await this.#switch(changed);
    this.#flags.set(name, changed);
    return changed;
  }

  /** While Unleash cannot be reached: as they were set last. */
  async get(): Promise<readonly FlagDefinition[]> {
    const features = await this.#features().catch((error: unknown) => {
      if (isAway(error)) return null;
      throw error;
    });
    if (features === null) return [...this.#flags.values()];
    return features.flatMap((feature) => {
      const flag = this.#flags.get(feature.name);
      if (flag === undefined) return [];
      return [{ ...flag, enabled: feature.enabled, rollout: rolloutOf(feature) }];
    });
  }

  async #features(): Promise<readonly Feature[]> {
    const url = `${this.#access.url}/client/features`;
    const answer = await fetch(url, { headers: { authorization: this.#access.clientToken } });
    if (!answer.ok) throw new UnleashError('the list of the flags', answer.status);
    const { features } = (await answer.json()) as { features: readonly Feature[] };
    return features;
  }

  async #switch({ name, enabled }: FlagDefinition): Promise<void> {
    await this.#admin('POST', name, `/environments/${environment}/${enabled ? 'on' : 'off'}`);
  }

  async #setRollout(flag: FlagDefinition): Promise<void> {
    const { name, rollout } = flag;
    if (!(rollout >= 0 && rollout <= 100)) throw new InvalidRolloutError(name, rollout);
    const id = await this.#strategyOf(name);
    await this.#admin('PUT', name, `/environments/${environment}/strategies/${id}`, {
      name: 'flexibleRollout',
      constraints: [],
      parameters: rolloutParameters(flag),
    });
  }

  async #strategyOf(name: string): Promise<string> {
    const known = this.#strategies.get(name);
    if (known !== undefined) return known;
    const feature = (await (await this.#admin('GET', name)).json()) as AdminFeature;
    const here = feature.environments.find((candidate) => candidate.name === environment);
    const id = here?.strategies.find((strategy) => strategy.name === 'flexibleRollout')?.id;
    if (id === undefined) throw new UnleashError(`the strategy of ${name}`, 200, 'and has none');
    this.#strategies.set(name, id);
    return id;
  }

  /** Whoever turns a flag while Unleash is away means it all the same. */
  #admin(method: string, name: string, path = '', body?: object): Promise<Response> {
    return persistently(() => this.#ask(method, name, path, body), isAway);
  }

  async #ask(method: string, name: string, path: string, body?: object): Promise<Response> {
    const url = `${this.#access.url}/admin/projects/default/features/${name}${path}`;
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: this.#access.adminToken,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.ok) return answer;
    throw new UnleashError(`${method} ${name}${path}`, answer.status, await answer.text());
  }
}
