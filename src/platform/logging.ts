import { type Logger, pino } from 'pino';

/** Paths that may hold a secret or personal data; pino prints `[redacted]` in their place. */
export const redactedPaths = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["idempotency-key"]',
  'headers.authorization',
  '*.authorization',
  '*.password',
  '*.token',
  '*.card_token',
  '*.cardToken',
  'token',
  'err.config.headers',
  'err.detail',
  'err.where',
  'err.parameters',
];

/** JSON lines on standard output, each with release and instance. */
export function createLogger(level: string, release: string, instance: string): Logger {
  return pino({
    level,
    base: { release, instance },
    redact: { paths: redactedPaths, censor: '[redacted]' },
  });
}
