import { type FlagServer, startFlagServer } from '@scaleretail/embedded/flag-server';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import { type Gateway, startGateway } from '../../gateway-sandbox/server.ts';
import { readConfig } from '../../src/config.ts';
import type { ReleaseName } from '../../src/releases.ts';
import { createService, type Service } from '../../src/service/service.ts';
import { serviceUrlOf } from './database.ts';
import { flagsOfChanges } from './flags.ts';
import { createTokens, type TokenMaker } from './tokens.ts';
import { until } from './wait.ts';

export { until } from './wait.ts';

const pollMs = 50;

/** What a service talks to beside its database: real servers, in this process. */
export interface World {
  readonly flags: FlagServer;
  readonly gateway: Gateway;
  readonly tokens: TokenMaker;
  close(): Promise<void>;
}

export async function createWorld(): Promise<World> {
  const flags = await startFlagServer({
    flags: flagsOfChanges({ dualWrite: false, readNew: 0, shadowCompare: 0 }),
  });
  const gateway = await startGateway({ latencyMs: 0 });
  const tokens = await createTokens();
  return {
    flags,
    gateway,
    tokens,
    async close() {
      await Promise.all([flags.close(), gateway.close()]);
      tokens.remove();
    },
  };
}

let instances = 0;

/** The environment of a replica in this world; a service never gets the owner's login. */
export function environmentFor(
  world: World,
  databaseUrl: string,
  release: ReleaseName,
): Record<string, string> {
  instances += 1;
  return {
    RELEASE: release,
    DATABASE_URL: serviceUrlOf(databaseUrl),
    UNLEASH_URL: world.flags.url,
    UNLEASH_TOKEN: world.flags.token,
    GATEWAY_URL: world.gateway.url,
    JWT_JWKS_FILE: world.tokens.jwksFile,
    INSTANCE_ID: `test-${process.pid}-${instances}`,
    FLAGS_POLL_MS: String(pollMs),
    HEARTBEAT_MS: String(pollMs),
    DATABASE_CONNECT_MS: '2000',
    LOG_LEVEL: 'silent',
    // Tests send as one customer what many would: one that is about the limit sets its own.
    RATE_LIMIT_MAX: '1000000000',
  };
}

export interface TestService extends Service {
  readonly release: ReleaseName;
  /** Where it listens. */
  readonly url: string;
  /** Requests as a customer, each POST with an Idempotency-Key of its own unless one is given. */
  as(customer: string): Promise<Client>;
}

export interface Client {
  get(path: string): request.Test;
  post(path: string, body: object, key?: string): request.Test;
}

let keys = 0;

/** A replica that is ready, in this process; closed when the test that asked for it ends. */
export async function serviceFor(
  world: World,
  databaseUrl: string,
  release: ReleaseName,
  more: Record<string, string> = {},
): Promise<TestService> {
  const service = await openService(world, databaseUrl, release, more);
  onTestFinished(() => service.close());
  return service;
}

/** As `serviceFor`, for a caller that closes it. */
export async function openService(
  world: World,
  databaseUrl: string,
  release: ReleaseName,
  more: Record<string, string> = {},
): Promise<TestService> {
  const config = readConfig({ ...environmentFor(world, databaseUrl, release), ...more });
  const service = await createService(config, () => service.health.drain());
  await service.start();
  // For as long as the service lives: left to itself, supertest listens and closes with each request.
  const url = await service.app.listen({ host: '127.0.0.1', port: 0 });
  await untilReady(service);
  return {
    ...service,
    release,
    url,
    async as(customer) {
      const token = await world.tokens.sign(customer);
      const signed = (test: request.Test) => test.set('authorization', `Bearer ${token}`);
      return {
        get: (path) => signed(request(service.app.server).get(path)),
        post: (path, body, key = `key-${process.pid}-${++keys}`) =>
          signed(request(service.app.server).post(path)).set('idempotency-key', key).send(body),
      };
    },
  };
}

async function untilReady(service: Service): Promise<void> {
  await until(() => service.health.notReady() === null, 'the service is ready');
}
