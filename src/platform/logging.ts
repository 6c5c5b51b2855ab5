import { type Logger, pino } from 'pino';
import type { LogOutput } from './log-output.ts';

/** Fields that hold a secret or personal data, wherever they turn up. */
const secrets = [
  'authorization',
  'cookie',
  '["idempotency-key"]',
  'password',
  'token',
  'card_token',
  'cardToken',
  'shippingAddress',
  'shipping_address',
  'shipTo',
];
/** What a client's error may quote: of a row or a statement (PostgreSQL), of a request (HTTP). */
const quoted = ['err.detail', 'err.where', 'err.parameters', 'err.config.headers'];

/** A path for each depth: pino knows no "anywhere below". */
function atEachDepth(field: string): string[] {
  const dotted = field.startsWith('[') ? field : `.${field}`;
  return [field, `*${dotted}`, `*.*${dotted}`];
}

const paths = [...secrets.flatMap(atEachDepth), ...quoted];

/** What is logged of an answer: nothing in it can be a secret, and nothing is taken out of it. */
export interface AnswerFields {
  readonly reqId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Of the problem document, if it was one. */
  readonly code: string | undefined;
  readonly ms: number;
  readonly traceId: string | undefined;
}

export interface Logs {
  /** What the service says of itself and of failures: at once, without secrets. */
  readonly log: Logger;
  /**
   * A line for each answer, buffered. Written past pino, in its format: that takes a third of the
   * time, and a tenth of what looking for secrets would take.
   */
  readonly logAnswer: (level: 'info' | 'debug', fields: AnswerFields) => void;
}

export interface LogOptions {
  readonly level: string;
  readonly release: string;
  readonly instance: string;
}

/** JSON lines, each with release and instance. */
export function createLogs(options: LogOptions, output: LogOutput): Logs {
  const { level, release, instance } = options;
  const base = { release, instance };
  const atOnce: LogOutput = {
    write(line) {
      output.write(line);
      output.flush();
    },
    flush: (done) => output.flush(done),
    flushSync: () => output.flushSync(),
  };
  const log = pino({ level, base, redact: { paths, censor: '[redacted]' } }, atOnce);
  const { values } = pino.levels;
  return {
    log,
    logAnswer(at, fields) {
      if (!log.isLevelEnabled(at)) return;
      const line = { level: values[at], time: Date.now(), ...base, ...fields, msg: 'answered' };
      output.write(`${JSON.stringify(line)}\n`);
    },
  };
}
