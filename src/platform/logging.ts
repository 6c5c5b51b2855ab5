import { type DestinationStream, type Logger, pino } from 'pino';

/** Fields that hold a secret or personal data, wherever they turn up. */
const secrets = [
  'authorization',
  'cookie',
  '["idempotency-key"]',
  'password',
  'token',
  'card_token',
  'cardToken',
];
/** What a client's error may quote: of a row or a statement (PostgreSQL), of a request (HTTP). */
const quoted = ['err.detail', 'err.where', 'err.parameters', 'err.config.headers'];

/** A path for each depth: pino knows no "anywhere below". */
function atEachDepth(field: string): string[] {
  const dotted = field.startsWith('[') ? field : `.${field}`;
  return [field, `*${dotted}`, `*.*${dotted}`];
}

const paths = [...secrets.flatMap(atEachDepth), ...quoted];

/** JSON lines, on standard output unless told otherwise, each with release and instance. */
export function createLogger(
  level: string,
  release: string,
  instance: string,
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    base: { release, instance },
    redact: { paths, censor: '[redacted]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
