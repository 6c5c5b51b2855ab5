import { hostname } from 'node:os';
import {
  type Fields,
  maskUrl,
  name,
  oneOf,
  optional,
  readFields,
  share,
  text,
  url,
  whole,
} from './platform/fields.ts';
import { type ReleaseName, releaseNames } from './releases.ts';

/** What a service process is told from outside. Times are in milliseconds. */
export interface Config {
  readonly release: ReleaseName;
  readonly host: string;
  readonly port: number;
  readonly instanceId: string;
  readonly logLevel: string;
  readonly databaseUrl: string;
  readonly databaseRole: string;
  readonly databasePoolSize: number;
  readonly databaseConnectMs: number;
  readonly redisUrl: string | undefined;
  readonly rateLimitMax: number;
  readonly rateLimitWindowMs: number;
  readonly unleashUrl: string;
  readonly unleashToken: string | undefined;
  readonly flagsPollMs: number;
  readonly flagsBootstrapFile: string | undefined;
  readonly gatewayUrl: string;
  readonly gatewayTimeoutMs: number;
  readonly jwksFile: string;
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly heartbeatMs: number;
  readonly keyTtlMs: number;
  readonly reapMs: number;
  readonly reconcileMs: number;
  readonly shutdownDelayMs: number;
  readonly shutdownTimeoutMs: number;
  readonly faults: string;
  readonly traceEndpoint: string | undefined;
  readonly traceServiceName: string;
  readonly traceShare: number;
}

const databaseUrl = {
  name: 'DATABASE_URL',
  read: url('postgres:', 'postgresql:'),
  means: 'the PostgreSQL database',
  mask: maskUrl,
} as const;

const databaseConnectMs = {
  name: 'DATABASE_CONNECT_MS',
  read: whole(0, 600_000),
  otherwise: '10000',
  means: 'how long to try to reach the database at start',
} as const;

/** What PostgreSQL keeps of `scaleretail/<release>/<instance id>` in application_name: 63 bytes. */
const longestInstanceId = 47;

/** Every variable of the service. `.env.example` lists the same ones; a test holds them equal. */
export const configFields: Fields<Config> = {
  release: {
    name: 'RELEASE',
    read: oneOf(releaseNames),
    means: 'the release whose code this process runs',
  },
  host: { name: 'HOST', read: text, otherwise: '127.0.0.1', means: 'address to listen on' },
  port: {
    name: 'PORT',
    read: whole(0, 65_535),
    otherwise: '3000',
    means: 'port to listen on, 0 for any free one',
  },
  instanceId: {
    name: 'INSTANCE_ID',
    read: name(longestInstanceId),
    // The end of a pod's name is what tells it from others.
    otherwise: `${hostname().slice(-36)}-${process.pid}`,
    means: 'unique name of this replica; default host and process id',
  },
  logLevel: {
    name: 'LOG_LEVEL',
    read: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    otherwise: 'info',
    means: 'least severe level that is logged',
  },
  databaseUrl,
  databaseRole: {
    name: 'DATABASE_ROLE',
    read: name(63), // NAMEDATALEN - 1
    otherwise: 'scaleretail_api',
    means: 'role whose rights the service works with, whatever its login may do beyond them',
  },
  databasePoolSize: {
    name: 'DATABASE_POOL_SIZE',
    read: whole(1, 200),
    otherwise: '10',
    means: 'connections a replica holds at most',
  },
  databaseConnectMs,
  redisUrl: {
    name: 'REDIS_URL',
    read: optional(url('redis:', 'rediss:')),
    otherwise: '',
    means: 'cache and request counts shared by the replicas; without it each has its own',
    mask: maskUrl,
  },
  rateLimitMax: {
    name: 'RATE_LIMIT_MAX',
    read: whole(0, 1_000_000_000),
    // Ten a second for a minute: far more than a person's shop sends, far less than hurts a replica.
    otherwise: '600',
    means: 'requests that a customer may send in a window, over all replicas; 0 is no limit',
  },
  rateLimitWindowMs: {
    name: 'RATE_LIMIT_WINDOW_MS',
    read: whole(1_000, 3_600_000),
    otherwise: '60000',
    means: 'length of that window',
  },
  unleashUrl: {
    name: 'UNLEASH_URL',
    read: url('http:', 'https:'),
    means: 'client API of the flag server, ends with /api',
    mask: maskUrl,
  },
  unleashToken: {
    name: 'UNLEASH_TOKEN',
    read: optional(text),
    otherwise: '',
    means: 'client token for the flag server',
    mask: () => '***',
  },
  flagsPollMs: {
    name: 'FLAGS_POLL_MS',
    read: whole(50, 600_000),
    otherwise: '15000',
    means: 'time between two looks at the flags',
  },
  flagsBootstrapFile: {
    name: 'FLAGS_BOOTSTRAP_FILE',
    read: optional(text),
    otherwise: '',
    means: 'flags to start with when the flag server cannot be reached',
  },
  gatewayUrl: {
    name: 'GATEWAY_URL',
    read: url('http:', 'https:'),
    means: 'the payment gateway',
    mask: maskUrl,
  },
  gatewayTimeoutMs: {
    name: 'GATEWAY_TIMEOUT_MS',
    read: whole(10, 60_000),
    otherwise: '3000',
    means: 'longest wait for one answer of the gateway',
  },
  jwksFile: {
    name: 'JWT_JWKS_FILE',
    read: text,
    means: 'file with the public keys (JWKS) that customer tokens are signed with',
  },
  jwtIssuer: {
    name: 'JWT_ISSUER',
    read: text,
    otherwise: 'https://id.scaleretail.example',
    means: 'issuer that a token must name',
  },
  jwtAudience: {
    name: 'JWT_AUDIENCE',
    read: text,
    otherwise: 'scaleretail',
    means: 'audience that a token must name',
  },
  heartbeatMs: {
    name: 'HEARTBEAT_MS',
    read: whole(50, 60_000),
    otherwise: '2000',
    means: 'time between two heartbeats in service_instances',
  },
  keyTtlMs: {
    name: 'IDEMPOTENCY_TTL_MS',
    read: whole(1_000, 2_592_000_000),
    otherwise: '86400000',
    means: 'how long an answer is repeated for its Idempotency-Key; default a day',
  },
  reapMs: {
    name: 'IDEMPOTENCY_REAP_MS',
    read: whole(50, 86_400_000),
    otherwise: '60000',
    means: 'time between two looks for expired idempotency keys',
  },
  reconcileMs: {
    name: 'RECONCILE_MS',
    read: whole(50, 600_000),
    otherwise: '2000',
    means: 'time between two looks for payments and refunds that were left pending',
  },
  shutdownDelayMs: {
    name: 'SHUTDOWN_DELAY_MS',
    read: whole(0, 60_000),
    otherwise: '5000',
    means: 'after SIGTERM: time to go on serving while routers see that it is not ready',
  },
  shutdownTimeoutMs: {
    name: 'SHUTDOWN_TIMEOUT_MS',
    read: whole(100, 600_000),
    otherwise: '25000',
    means: 'after SIGTERM: time after which the process ends with what is still open',
  },
  faults: {
    name: 'FAULTS',
    read: text,
    otherwise: 'none',
    means: 'faults to inject, for tests and the lab: see src/platform/faults.ts',
  },
  traceEndpoint: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    read: optional(url('http:', 'https:')),
    otherwise: '',
    means: 'OTLP/HTTP collector that gets the traces; without it there are none',
    mask: maskUrl,
  },
  traceServiceName: {
    name: 'OTEL_SERVICE_NAME',
    read: text,
    otherwise: 'scaleretail',
    means: 'name of the service in its traces',
  },
  traceShare: {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    read: share,
    otherwise: '1',
    means: 'share of the traces that begin here and are kept, 0 to 1',
  },
};

/** What the schema commands are told from outside. */
export interface SchemaConfig {
  readonly databaseUrl: string;
  readonly databaseConnectMs: number;
  readonly backupStampFile: string | undefined;
}

/** Stands for DATABASE_URL where it is set. */
const schemaDatabaseUrl = {
  ...databaseUrl,
  name: 'SCHEMA_DATABASE_URL',
  read: optional(databaseUrl.read),
  otherwise: '',
  means: 'the same database for the schema commands, with a login that owns the tables',
} as const;

export const schemaConfigFields: Fields<SchemaConfig & { schemaDatabaseUrl: string | undefined }> =
  {
    schemaDatabaseUrl,
    databaseUrl,
    databaseConnectMs,
    backupStampFile: {
      name: 'BACKUP_STAMP_FILE',
      read: optional(text),
      otherwise: '',
      means: 'file touched by each tested backup; contract then asks for one of the last 24 hours',
    },
  };

/** @throws {ConfigError} naming every wrong or missing variable at once. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return readFields(configFields, env);
}

/** @throws {ConfigError} naming every wrong or missing variable at once. */
export function readSchemaConfig(env: NodeJS.ProcessEnv = process.env): SchemaConfig {
  const { schemaDatabaseUrl: own, ...fields } = schemaConfigFields;
  const given = env[own.name] ?? '';
  if (given === '') return readFields(fields, env);
  return readFields({ ...fields, databaseUrl: { ...databaseUrl, name: own.name } }, env);
}
