import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An error that knows its answer: an RFC 9457 problem document with a stable `code`. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];

  constructor(status: number, code: string, detail: string, errors: readonly FieldError[] = []) {
    super(detail);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

export class UnknownToken extends Problem {
  constructor(token: string) {
    const message = `'${token}' is not a token of the sandbox`;
    super(422, 'unknown_token', message, [{ field: 'token', message }]);
  }
}

export class IdempotencyKeyReused extends Problem {
  readonly key: string;

  constructor(key: string) {
    super(422, 'idempotency_key_reused', 'this idempotency-key was used with another body');
    this.key = key;
  }
}

export class RefundRefused extends Problem {
  constructor(code: string, field: string, message: string) {
    super(422, code, `${field} ${message}`, [{ field, message }]);
  }
}

export class TryAgain extends Problem {
  constructor() {
    super(503, 'try_again', 'nothing was charged; repeat with the same idempotency-key');
  }
}

const fieldErrors = (error: FastifyError): FieldError[] =>
  (error.validation ?? []).map(({ instancePath, params, message = 'is wrong' }) => {
    const named = params.missingProperty ?? params.additionalProperty;
    const inside = instancePath.slice(1).replaceAll('/', '.');
    return { field: [inside, named].filter(Boolean).join('.') || 'body', message };
  });

function toProblem(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  if (error.validation)
    return new Problem(400, 'invalid_request', error.message, fieldErrors(error));
  const status = error.statusCode ?? 500;
  return status < 500
    ? new Problem(status, 'invalid_request', error.message)
    : new Problem(500, 'internal_error', 'the gateway failed');
}

/** The key of the request is told back here too: a refusal must find its own request. */
const send = (
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { status, code, message, errors }: Problem,
): FastifyReply =>
  reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      code,
      detail: message,
      key: headers['idempotency-key'],
      ...(errors.length > 0 && { errors }),
    });

/** Every error of the app becomes a problem document here. */
export function handleError(
  error: FastifyError | Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = toProblem(error);
  if (problem.code === 'internal_error') process.stderr.write(`${error.stack}\n`);
  return send(request, reply, problem);
}

export const handleNotFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  send(
    request,
    reply,
    new Problem(404, 'not_found', `there is no ${request.method} ${request.url}`),
  );
