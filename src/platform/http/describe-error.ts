import type { FastifyError } from 'fastify';
import { PoolBusyError } from '../postgres/database.ts';
import { type FieldError, Problem } from './problems.ts';

/** What a caller is told of a failure. */
export interface Description {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** SQLSTATEs and driver codes that say "the database cannot answer now", not "this is wrong". */
const databaseUnavailable = new Map<string, string>([
  ['08000', 'connection_exception'],
  ['08001', 'sqlclient_unable_to_establish_sqlconnection'],
  ['08003', 'connection_does_not_exist'],
  ['08004', 'sqlserver_rejected_establishment_of_sqlconnection'],
  ['08006', 'connection_failure'],
  ['08P01', 'protocol_violation'], // all that PgBouncer says of itself: no server, too long a queue
  ['25006', 'read_only_sql_transaction'], // a primary that has become a standby
  ['25P03', 'idle_in_transaction_session_timeout'],
  ['40001', 'serialization_failure'],
  ['40P01', 'deadlock_detected'],
  ['53200', 'out_of_memory'],
  ['53300', 'too_many_connections'],
  ['55P03', 'lock_not_available'],
  ['57014', 'query_canceled'],
  ['57P01', 'admin_shutdown'],
  ['57P02', 'crash_shutdown'],
  ['57P03', 'cannot_connect_now'],
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['EPIPE', 'connection closed'],
  ['ETIMEDOUT', 'connection timed out'],
  // While an address moves to another server, its name or its route may be gone for a moment.
  ['EAI_AGAIN', 'name not resolved for now'],
  ['ENOTFOUND', 'name not found'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ENETUNREACH', 'no route to the network'],
]);
/** Failures of the driver that have no code. */
const connectionLost =
  /timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated|is not queryable/;

/** Fastify's own error codes, told in our words. */
const frameworkErrors = new Map<string, Pick<Description, 'status' | 'code' | 'title'>>([
  ['FST_ERR_CTP_BODY_TOO_LARGE', { status: 413, code: 'body-too-large', title: 'Body too large' }],
  ['FST_ERR_CTP_INVALID_JSON_BODY', { status: 400, code: 'invalid-json', title: 'Invalid JSON' }],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', { status: 400, code: 'invalid-json', title: 'Invalid JSON' }],
  ['FST_ERR_BAD_URL', { status: 400, code: 'invalid-url', title: 'Invalid URL' }],
  ['FST_ERR_MAX_PARAM_LENGTH', { status: 414, code: 'url-too-long', title: 'URL too long' }],
  [
    'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    { status: 415, code: 'unsupported-media-type', title: 'Unsupported media type' },
  ],
]);

const unavailable: Description = {
  status: 503,
  code: 'temporarily-unavailable',
  title: 'Temporarily unavailable',
  detail: 'The service cannot answer at the moment. Repeat with the same Idempotency-Key.',
  errors: [],
  retryAfterSeconds: 1,
};

const internal: Description = {
  status: 500,
  code: 'internal-error',
  title: 'Internal error',
  detail: 'Something went wrong on our side. The request id finds it in our logs.',
  errors: [],
};

/** Anything that was thrown, as a caller may see it: what is not expected tells nothing of itself. */
export function describeError(thrown: unknown): Description {
  if (!(thrown instanceof Error)) return internal;
  if (thrown instanceof Problem) return describeProblem(thrown);
  const error: Error & Partial<FastifyError> = thrown;
  if (error.validation !== undefined) return describeValidation(error, error.validation);
  const code = error.code ?? '';
  const known = frameworkErrors.get(code);
  if (known !== undefined) return { ...known, detail: `${error.message}.`, errors: [] };
  if (isUnavailable(error, code)) return unavailable;
  const { statusCode: status = 500 } = error;
  if (status < 400 || status >= 500) return internal;
  return { status, code: 'bad-request', title: 'Bad request', detail: error.message, errors: [] };
}

function isUnavailable(error: Error, code: string): boolean {
  if (error instanceof PoolBusyError || databaseUnavailable.has(code)) return true;
  return connectionLost.test(error.message);
}

function describeProblem(problem: Problem): Description {
  const { status, code, title, message: detail, errors, retryAfterSeconds, headers } = problem;
  return { status, code, title, detail, errors, retryAfterSeconds, headers };
}

type Validation = NonNullable<FastifyError['validation']>;

/** Enough to repair a form by; a body of ten thousand wrong lines is not repaired one by one. */
const mostErrors = 20;

function describeValidation(error: Partial<FastifyError>, validation: Validation): Description {
  const { validationContext: part = 'request' } = error;
  const errors = validation.slice(0, mostErrors).map((found) => ({
    field: fieldOf(part, found.instancePath, found.params),
    message: messageOf(found),
  }));
  const listed = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  const detail = `The ${part} is not valid: ${listed}.`;
  return { status: 400, code: 'invalid-request', title: 'Invalid request', detail, errors };
}

function fieldOf(part: string, path: string, params: Record<string, unknown>): string {
  const own = params.missingProperty ?? params.additionalProperty;
  const pointer = own === undefined ? path || '/' : `${path}/${String(own)}`;
  return part === 'body' ? pointer : pointer.slice(1);
}

function messageOf({ keyword, message, params }: Validation[number]): string {
  if (keyword === 'not') return 'has fields that exclude each other';
  if ('additionalProperty' in params) return 'is not a known field';
  if ('missingProperty' in params) return 'is required';
  if (Array.isArray(params.allowedValues)) {
    return `must be one of ${params.allowedValues.join(', ')}`;
  }
  return message ?? 'is not valid';
}
