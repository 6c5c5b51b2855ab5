import { maskUrl, optional, text, url, whole } from '../platform/process/fields.ts';

/** The other services that this one talks to. */
export const neighboursFields = {
  redisUrl: {
    name: 'REDIS_URL',
    read: optional(url('redis:', 'rediss:')),
    otherwise: '',
    means: 'cache and request counts shared by the replicas; without it each has its own',
    mask: maskUrl,
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
} as const;
