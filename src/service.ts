import type { Logger } from 'pino';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { reapExpiredKeys } from './idempotency/reaper.ts';
import { createGateway } from './payments/gateway-client.ts';
import { createReconciler } from './payments/reconciler.ts';
import { createAuthenticate } from './platform/access/auth.ts';
import { openKeyFile } from './platform/access/jwks-file.ts';
import { createRateLimit } from './platform/access/rate-limit.ts';
import { createMemoryCache } from './platform/cache/memory-cache.ts';
import { connectRedis } from './platform/cache/redis.ts';
import { createRedisCache } from './platform/cache/redis-cache.ts';
import { createFlags } from './platform/flags/flags.ts';
import { createHealth, type Health } from './platform/http/health.ts';
import type { App } from './platform/http/http.ts';
import { createLogs, standardOutput } from './platform/logging.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import { createDatabase } from './platform/postgres/database.ts';
import { excessRights } from './platform/postgres/login-rights.ts';
import { type Faults, parseFaults } from './platform/process/faults.ts';
import { createPeriodic } from './platform/process/periodic.ts';
import { openTracing, type Tracing } from './platform/tracing.ts';
import { releaseOf } from './releases.ts';
import { registerReplicaMetrics } from './replica-metrics.ts';
import { checkSchema } from './schema-change/check-schema.ts';
import { createHeartbeat } from './schema-change/heartbeat.ts';
import { PhaseTracker } from './schema-change/phase-tracker.ts';

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

/** A key that leaves the file may be used for so long at the most. */
const keyFilePollMs = 5_000;

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
  const keyFile = await openKeyFile({
    file: config.jwksFile,
    pollMs: keyFilePollMs,
    onTaken() {
      metrics.keyFileChanges.inc({ outcome: 'taken' });
      log.info('the key file has other keys: they count from now on');
    },
    onBroken(error) {
      metrics.keyFileChanges.inc({ outcome: 'broken' });
      log.error({ err: error }, 'the key file cannot be used: the keys before it still count');
    },
  });
  const authenticate = createAuthenticate({
    keyFile,
    issuer: config.jwtIssuer,
    audience: config.jwtAudience,
  });
  const schema = await checkSchema(release, {
    databaseUrl: config.databaseUrl,
    role: config.databaseRole,
    withinMs: config.databaseConnectMs,
  });

  const database = createDatabase({
    databaseUrl: config.databaseUrl,
    applicationName: `scaleretail/${release.name}/${instanceId}`,
    size: config.databasePoolSize,
    role: config.databaseRole,
    ...(tracing !== null && { onConnect: tracing.followConnection }),
    onAcquired: (seconds) => metrics.poolAcquire.observe(seconds),
  });
  const { redisUrl } = config;
  const redis = redisUrl === undefined ? undefined : connectRedis(redisUrl);
  const cache = redis === undefined ? createMemoryCache(metrics) : createRedisCache(redis, metrics);
  const rateLimit = createRateLimit({
    most: config.rateLimitMax,
    windowMs: config.rateLimitWindowMs,
    redis,
    onLimited: () => metrics.rateLimited.inc(),
  });
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
  const tracker = new PhaseTracker(release, schema.state, flags, metrics);
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
  const parts = { release, database, keyTtlMs, cache, gateway, tracker, metrics };
  const guards = { authenticate, rateLimit, health, faults };
  const app = await buildApp({ ...parts, ...guards, log, logAnswer, tracing });
  const reconcile = createReconciler({
    ...parts,
    log,
    onBacklog(kind, { count, oldestSeconds }) {
      metrics.paymentsPending.set({ kind }, count);
      metrics.oldestPendingSeconds.set({ kind }, oldestSeconds);
    },
    onReconciled: (kind, outcome) => metrics.reconciled.inc({ kind, outcome }),
  });
  const reap = async () => {
    const reaped = await reapExpiredKeys(database);
    if (reaped > 0) log.info({ reaped }, 'idempotency keys expired');
  };
  const jobs = [
    createPeriodic('reconciling', config.reconcileMs, reconcile, log),
    createPeriodic('reaping idempotency keys', config.reapMs, reap, log),
  ];
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
      keyFile.close();
      rateLimit.close();
      redis?.disconnect();
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
