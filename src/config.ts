import { databaseFields } from './config/database.ts';
import { neighboursFields } from './config/neighbours.ts';
import { processFields } from './config/process.ts';
import { requestsFields } from './config/requests.ts';
import { tracesFields } from './config/traces.ts';
import {
  type Configured,
  list,
  optional,
  readFields,
  secret,
  text,
  url,
} from './platform/process/fields.ts';

/** Every variable of the service. `.env.example` lists the same ones; a test holds them equal. */
export const configFields = {
  ...processFields,
  ...databaseFields,
  ...neighboursFields,
  ...requestsFields,
  ...tracesFields,
};

/** What a service process is told from outside. Times are in milliseconds. */
export type Config = Configured<typeof configFields>;

const { databaseUrl, databaseConnectMs } = databaseFields;

/** Stands for DATABASE_URL where it is set. */
const schemaDatabaseUrl = {
  ...databaseUrl,
  name: 'SCHEMA_DATABASE_URL',
  read: optional(databaseUrl.read),
  otherwise: '',
  means: 'the same database for the schema commands, with a login that owns the tables',
} as const;

export const schemaConfigFields = {
  schemaDatabaseUrl,
  databaseUrl,
  databaseConnectMs,
  backupStampFile: {
    name: 'BACKUP_STAMP_FILE',
    read: optional(text),
    otherwise: '',
    means: 'file touched by each tested backup; contract then asks for a recent one',
  },
  gateToken: {
    name: 'GATE_TOKEN',
    read: optional(secret(24)),
    otherwise: '',
    means: 'what `schema serve` asks for at its gates; needed where others than this machine ask',
    mask: () => '***',
  },
  metricsUrls: {
    name: 'METRICS_URLS',
    read: list(url('http:', 'https:')),
    otherwise: '',
    means: "the replicas' /metrics, separated by commas; a host name stands for all its addresses",
    mask: () => '***',
  },
} as const;

/** What the schema commands are told from outside. */
export type SchemaConfig = Omit<Configured<typeof schemaConfigFields>, 'schemaDatabaseUrl'>;

/** @throws {ConfigError} naming every wrong or missing variable at once. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return readFields<Config>(configFields, env);
}

/** @throws {ConfigError} naming every wrong or missing variable at once. */
export function readSchemaConfig(env: NodeJS.ProcessEnv = process.env): SchemaConfig {
  const { schemaDatabaseUrl: own, ...fields } = schemaConfigFields;
  const given = env[own.name] || env[`${own.name}_FILE`] || '';
  if (given === '') return readFields<SchemaConfig>(fields, env);
  const named = { ...fields, databaseUrl: { ...databaseUrl, name: own.name } };
  return readFields<SchemaConfig>(named, env);
}
