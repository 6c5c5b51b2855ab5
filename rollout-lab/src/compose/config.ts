import { readFileSync } from 'node:fs';

/** The parts of the demo that are somewhere else; see docker-compose.yml. */
export interface ComposeConfig {
  /** As the owner of the schema; the database is dropped and made anew for each run. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly unleash: UnleashAccess;
  readonly gatewayUrl: string;
  readonly router: RouterAccess;
  /** Host names by release; each stands for all the containers of it. */
  readonly replicaHosts: ReadonlyMap<string, string>;
  /** Containers of each release. */
  readonly replicas: number;
  readonly supervisorToken: string;
  /** Where the replicas read the customers' public keys. */
  readonly jwksFile: string;
  /** Where other loads find customers to play, signed in: [{ id, token }]. */
  readonly customersFile: string;
}

export interface UnleashAccess {
  /** Client API, ends with /api. */
  readonly url: string;
  readonly clientToken: string;
  readonly adminToken: string;
}

export interface RouterAccess {
  readonly url: string;
  /** As somebody outside of the containers calls it. */
  readonly shopUrl: string;
  /** Of the runtime API. */
  readonly socket: string;
}

/** A variable is missing or wrong. */
export class ComposeConfigError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'ComposeConfigError';
  }
}

/**
 * What the lab is told in its container; null anywhere else.
 *
 * @throws {ComposeConfigError}
 */
export function readComposeConfig(env: NodeJS.ProcessEnv): ComposeConfig | null {
  const world = env.LAB_WORLD ?? '';
  if (world === '') return null;
  if (world !== 'compose') throw new ComposeConfigError(`LAB_WORLD is "${world}": must be compose`);
  return {
    databaseUrl: secret(env, 'DATABASE_URL'),
    redisUrl: text(env, 'REDIS_URL'),
    unleash: {
      url: text(env, 'UNLEASH_URL'),
      clientToken: secret(env, 'UNLEASH_TOKEN'),
      adminToken: secret(env, 'UNLEASH_ADMIN_TOKEN'),
    },
    gatewayUrl: text(env, 'GATEWAY_URL'),
    router: {
      url: text(env, 'ROUTER_URL'),
      shopUrl: text(env, 'SHOP_URL'),
      socket: text(env, 'ROUTER_SOCKET'),
    },
    replicaHosts: hosts(text(env, 'REPLICA_HOSTS')),
    replicas: count(env, 'REPLICAS'),
    supervisorToken: secret(env, 'SUPERVISOR_TOKEN'),
    jwksFile: text(env, 'JWKS_FILE'),
    customersFile: text(env, 'CUSTOMERS_FILE'),
  };
}

function text(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name] ?? '';
  if (value === '') throw new ComposeConfigError(`${name} is not set`);
  return value;
}

function count(env: NodeJS.ProcessEnv, name: string): number {
  const given = text(env, name);
  if (/^[1-8]$/.test(given)) return Number(given);
  throw new ComposeConfigError(`${name} is "${given}": must be a number from 1 to 8`);
}

/** What the file holds that NAME_FILE names. */
function secret(env: NodeJS.ProcessEnv, name: string): string {
  const file = text(env, `${name}_FILE`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ComposeConfigError(`${name}_FILE is "${file}": cannot be read (${code})`);
  }
}

function hosts(given: string): Map<string, string> {
  const pairs = given.split(',').map((pair): [string, string] => {
    const [, release = '', host = ''] = /^(\d+\.\d+)=([a-z0-9-]+)$/.exec(pair) ?? [];
    if (host === '') {
      throw new ComposeConfigError(
        `REPLICA_HOSTS is "${given}": must be <release>=<host>, separated by commas`,
      );
    }
    return [release, host];
  });
  return new Map(pairs);
}
