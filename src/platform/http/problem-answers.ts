import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Description, describeError } from './describe-error.ts';
import { followMethods } from './methods.ts';
import { MethodNotAllowedProblem, NotFoundProblem, Problem } from './problems.ts';

const mediaType = 'application/problem+json; charset=utf-8';

function documentOf({ status, code, title, detail, errors }: Description, requestId: string) {
  return {
    type: `https://scaleretail.example/problems/${code}`,
    title,
    status,
    code,
    detail,
    ...(errors.length > 0 && { errors }),
    requestId,
  };
}

/** The one translator of what was thrown into RFC 9457 problem documents. */
export function answerProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const description = describeError(thrown);
  const { status, retryAfterSeconds, headers = {} } = description;
  request.problemCode = description.code;
  const logged = !(thrown instanceof Problem) || thrown.logged;
  if (status >= 500 && logged) request.log.error({ err: thrown }, 'request failed');
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .status(status)
    .headers(headers)
    .type(mediaType)
    .send(documentOf(description, request.id));
}

/** A problem as an answer that is kept: repeated byte for byte, the first request's id included. */
export function storedProblem(
  problem: Problem,
  requestId: string,
): { status: number; body: string } {
  const description = describeError(problem);
  const body = JSON.stringify(documentOf(description, requestId));
  return { status: description.status, body };
}

/** Register it after the hooks whose headers a refusal shall have too. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler(answerProblem);
  const methodsOf = followMethods(app);
  const refuse = (request: FastifyRequest) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = methodsOf(path);
    if (allowed.length > 0) throw new MethodNotAllowedProblem(request.method, path, allowed);
    throw new NotFoundProblem('route', `${request.method} ${path}`);
  };
  // Before the body is looked at: where there is no route, its body is not what is wrong.
  app.addHook('onRequest', async (request) => {
    if (request.is404) refuse(request);
  });
  app.setNotFoundHandler(refuse);
}

type UnreadableStatus = 400 | 408 | 431;

/** Codes of Node's HTTP parser that have a status of their own; the rest is 400. */
const parserStatus = new Map<string, UnreadableStatus>([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
]);

/**
 * Answers what is no HTTP request at all, or not a whole one, in the form of every other answer.
 *
 * @param headers that every answer has.
 * @returns the status of the answer, null when there is nobody left to answer.
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  headers: Readonly<Record<string, string>>,
): UnreadableStatus | null {
  const there = socket.writable && error.code !== 'ECONNRESET';
  const status = there ? (parserStatus.get(error.code ?? '') ?? 400) : null;
  if (status !== null) {
    const title = STATUS_CODES[status] ?? 'Bad Request';
    const code = title.toLowerCase().replaceAll(' ', '-');
    const detail = 'This is not a request that an HTTP server can read.';
    const description = { status, code, title, detail, errors: [] };
    const requestId = randomUUID();
    const body = JSON.stringify(documentOf(description, requestId));
    const head = Object.entries({
      ...headers,
      'x-request-id': requestId,
      'content-type': mediaType,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${title}\r\n${head.join('')}\r\n${body}`);
  }
  socket.destroySoon();
  return status;
}
