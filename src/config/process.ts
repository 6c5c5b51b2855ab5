import { hostname } from 'node:os';
import { name, oneOf, text, whole } from '../platform/process/fields.ts';
import { releaseNames } from '../releases.ts';

/** What PostgreSQL keeps of `scaleretail/<release>/<instance id>` in application_name: 63 bytes. */
const longestInstanceId = 47;

/** What a replica is, how it is watched, and how it ends. */
export const processFields = {
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
  heartbeatMs: {
    name: 'HEARTBEAT_MS',
    read: whole(50, 60_000),
    otherwise: '2000',
    means: 'time between two heartbeats in service_instances',
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
    means: 'faults to inject, for tests and the lab: see src/faults/faults.ts',
  },
} as const;
