import type { Logger } from 'pino';
import { buildApp } from '../app.ts';
import { changes } from '../changes/changes.ts';
import type { Config } from '../config.ts';
import { type Faults, parseFaults } from '../faults/faults.ts';
import { faultyPhases } from '../faults/phase-faults.ts';
import { createGateway } from '../payments/gateway-client.ts';
import { createFlags } from '../platform/flags/flags.ts';
import { createHealth, type Health } from '../platform/http/health.ts';
import type { App } from '../platform/http/http.ts';
import { standardOutput } from '../platform/log-output.ts';
import { createLogs } from '../platform/logging.ts';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import { createDatabase } from '../platform/postgres/database.ts';
import { excessRights } from '../platform/postgres/login-rights.ts';
import { openTracing, type Tracing } from '../platform/tracing.ts';
import { releaseOf } from '../releases.ts';
import { checkSchema } from '../schema-change/check-schema.ts';
import { createHeartbeat } from '../schema-change/heartbeat.ts';
import { PhaseTracker } from '../schema-change/phases/phase-tracker.ts';
import { createJobs } from './jobs.ts';
import { registerReplicaMetrics } from './replica-metrics.ts';
import { openSharedMemory } from './shared-memory.ts';
import { openSignIn } from './sign-in.ts';

/** One replica: the application and all that it holds open. */
export interface Service {
  readonly app: App;
  readonly health: Health;
  readonly faults: Faults;
  readonly log: Logger;
  /** Opens the connections and sends the first heartbeat; then the replica can become ready. */
  start(): Promise<void>;
  /** Stops accepting, waits for what is in flight, signs off, closes everything. */
  close(): Promise<void>;
}

/**
 * Opens everything that a replica needs, in the order in which it can be refused.
 *
 * @param onRefused called when the schema has moved on to where this release must not run.
 * @throws {KeyFileError | FaultsError | DatabaseUnreachableError | RefusedToRunError}
 */
export async function createService(
  config: Config,
  onRefused: (reason: string) => void,
): Promise<Service> {
  const release = releaseOf(config.release);
  const faults = parseFaults(config.faults);
  const { instanceId } = config;
  const metrics = createMetrics(release.name);
  const { log, logAnswer } = createLogs(
    { level: config.logLevel, release: release.name, instance: instanceId },
    standardOutput(() => metrics.logLinesDropped.inc()),
  );
  const tracing = await openTraces(config, log, metrics);
  const signIn = await openSignIn(config, metrics, log);
  const schema = await checkSchema(release, {
    databaseUrl: config.databaseUrl,
    pooler: config.databasePooler,
    role: config.databaseRole,
    withinMs: config.databaseConnectMs,
  });

  const database = createDatabase({
    databaseUrl: config.databaseUrl,
    applicationName: `scaleretail/${release.name}/${instanceId}`,
    size: config.databasePoolSize,
    pooler: config.databasePooler,
    role: config.databaseRole,
    ...(tracing !== null && { onConnect: tracing.followConnection }),
    onAcquired: (seconds) => metrics.poolAcquire.observe(seconds),
  });
  const memory = openSharedMemory(config, metrics);
  const flags = createFlags(
    {
      unleashUrl: config.unleashUrl,
      token: config.unleashToken,
      pollMs: config.flagsPollMs,
      bootstrapFile: config.flagsBootstrapFile,
      instanceId,
      onError: (error) => log.warn({ err: error }, 'flag server'),
    },
    metrics,
  );
  const tracker = new PhaseTracker({
    ...{ changes, release, schema, flags, metrics },
    asMade: faultyPhases(faults),
  });
  const gateway = createGateway(config.gatewayUrl, config.gatewayTimeoutMs, metrics);
  const everyMs = config.heartbeatMs;
  const heartbeat = createHeartbeat({
    db: database,
    instanceId,
    release,
    everyMs,
    tracker,
    log,
    onRefused,
  });
  const health = createHealth([flags.notReady, heartbeat.notReady]);
  registerReplicaMetrics(metrics, { database, flags, tracker, health });
  const { keyTtlMs } = config;
  const { cache, rateLimit } = memory;
  const { authenticate } = signIn;
  const parts = { release, database, keyTtlMs, cache, gateway, tracker, metrics, log };
  const guards = { authenticate, rateLimit, health, faults, flags };
  const app = await buildApp({ ...parts, ...guards, logAnswer, tracing });
  const jobs = createJobs(config, parts);
  return {
    app,
    health,
    faults,
    log,
    async start() {
      await database.fill();
      const may = await excessRights(database);
      if (may.length > 0) {
        log.warn({ may }, 'the database login can do more than the service needs');
      }
      await heartbeat.start();
      for (const job of jobs) job.start();
    },
    async close() {
      await app.close();
      await Promise.all(jobs.map((job) => job.stop()));
      await heartbeat.stop();
      flags.close();
      signIn.close();
      memory.close();
      await Promise.all([gateway.close(), database.close()]);
      await tracing?.close();
    },
  };
}

async function openTraces(config: Config, log: Logger, metrics: Metrics): Promise<Tracing | null> {
  const { traceEndpoint: endpoint, instanceId } = config;
  if (endpoint === undefined) return null;
  return openTracing({
    endpoint,
    serviceName: config.traceServiceName,
    release: config.release,
    instanceId,
    share: config.traceShare,
    onError(error) {
      metrics.traceExportFailures.inc();
      log.warn({ err: error }, 'traces could not be sent');
    },
  });
}
