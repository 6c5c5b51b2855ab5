import { text, whole } from '../platform/process/fields.ts';

/** Who may ask for how much, and what becomes of what was begun. */
export const requestsFields = {
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
} as const;
