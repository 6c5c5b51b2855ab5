import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';

/** A field of the request and what is wrong with it. */
export interface FieldError {
  /** JSON pointer into the body, or the name of a parameter or header. */
  readonly field: string;
  readonly message: string;
}

/** A failure that a caller is told about. Each kind owns its status and its stable code. */
export abstract class Problem extends Error {
  abstract readonly status: number;
  abstract readonly code: string;
  abstract readonly title: string;
  readonly errors: readonly FieldError[] = [];
  readonly retryAfterSeconds: number | undefined = undefined;
}

/** RFC 9457 problem document as it goes over the wire. */
export const ProblemDocument = Type.Object({
  type: Type.String({ description: 'Names the kind of problem; stable.' }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'The last part of `type`; stable.' }),
  detail: Type.String(),
  requestId: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
});

interface Description {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds?: number | undefined;
}

export class NotFoundProblem extends Problem {
  readonly status = 404;
  readonly code: string;
  readonly title: string;

  constructor(kind: 'order' | 'product' | 'payment' | 'route', id: string) {
    super(`There is no ${kind} ${id} here.`);
    this.code = `${kind}-not-found`;
    this.title = `No such ${kind}`;
  }
}

/** SQLSTATEs and driver codes that say "the database cannot answer now", not "this is wrong". */
const databaseUnavailable = new Map<string, string>([
  ['57P01', 'admin_shutdown'],
  ['57P02', 'crash_shutdown'],
  ['57P03', 'cannot_connect_now'],
  ['53300', 'too_many_connections'],
  ['08006', 'connection_failure'],
  ['55P03', 'lock_not_available'],
  ['57014', 'query_canceled'],
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
]);

/** Fastify's own error codes, told in our words. */
const frameworkErrors = new Map<string, Pick<Description, 'status' | 'code' | 'title'>>([
  ['FST_ERR_CTP_BODY_TOO_LARGE', { status: 413, code: 'body-too-large', title: 'Body too large' }],
  ['FST_ERR_CTP_INVALID_JSON_BODY', { status: 400, code: 'invalid-json', title: 'Invalid JSON' }],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', { status: 400, code: 'invalid-json', title: 'Invalid JSON' }],
  [
    'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    { status: 415, code: 'unsupported-media-type', title: 'Unsupported media type' },
  ],
]);

function describeValidation(error: FastifyError): Description {
  const context = error.validationContext ?? 'request';
  const errors = (error.validation ?? []).map((found) => ({
    field: fieldOf(found.instancePath, found.params),
    message: messageOf(found.message, found.params),
  }));
  const listed = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  return {
    status: 400,
    code: 'invalid-request',
    title: 'Invalid request',
    detail: `The ${context} is not valid: ${listed}.`,
    errors,
  };
}

function fieldOf(path: string, params: Record<string, unknown>): string {
  const own = params.missingProperty ?? params.additionalProperty;
  return own === undefined ? path || '/' : `${path}/${String(own)}`;
}

function messageOf(message: string | undefined, params: Record<string, unknown>): string {
  if ('additionalProperty' in params) return 'is not a known field';
  if ('missingProperty' in params) return 'is required';
  if (Array.isArray(params.allowedValues)) {
    return `must be one of ${params.allowedValues.join(', ')}`;
  }
  return message ?? 'is not valid';
}

function describe(error: FastifyError | Problem): Description {
  if (error instanceof Problem) return { ...pick(error), detail: error.message };
  if (error.validation !== undefined) return describeValidation(error);
  const known = frameworkErrors.get(error.code);
  if (known !== undefined) return { ...known, detail: `${error.message}.`, errors: [] };
  if (databaseUnavailable.has(error.code) || error.message.includes('timeout exceeded')) {
    return {
      status: 503,
      code: 'temporarily-unavailable',
      title: 'Temporarily unavailable',
      detail: 'The service cannot answer at the moment. Repeat with the same Idempotency-Key.',
      errors: [],
      retryAfterSeconds: 1,
    };
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    const { statusCode: status, message: detail } = error;
    return { status, code: 'bad-request', title: 'Bad request', detail, errors: [] };
  }
  return {
    status: 500,
    code: 'internal-error',
    title: 'Internal error',
    detail: 'Something went wrong on our side. The request id finds it in our logs.',
    errors: [],
  };
}

function pick(problem: Problem): Omit<Description, 'detail'> {
  const { status, code, title, errors, retryAfterSeconds } = problem;
  return { status, code, title, errors, retryAfterSeconds };
}

function send(reply: FastifyReply, request: FastifyRequest, description: Description): void {
  const { errors, retryAfterSeconds, ...document } = description;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  reply
    .status(description.status)
    .type('application/problem+json; charset=utf-8')
    .send({
      type: `https://scaleretail.example/problems/${description.code}`,
      ...document,
      requestId: request.id,
      ...(errors.length > 0 && { errors }),
    });
}

/** The one translator of errors into RFC 9457 problem documents. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const description = describe(error);
    if (description.status >= 500) request.log.error({ err: error }, 'request failed');
    send(reply, request, description);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    send(reply, request, describe(new NotFoundProblem('route', `${request.method} ${path}`)));
  });
}
