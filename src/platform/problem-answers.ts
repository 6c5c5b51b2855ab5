import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Description, describeError } from './describe-error.ts';
import { NotFoundProblem, Problem } from './problems.ts';

const mediaType = 'application/problem+json; charset=utf-8';

function documentOf({ errors, retryAfterSeconds: _, ...description }: Description) {
  return {
    type: `https://scaleretail.example/problems/${description.code}`,
    ...description,
    ...(errors.length > 0 && { errors }),
  };
}

/** The one translator of what was thrown into RFC 9457 problem documents. */
export function answerProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const description = describeError(thrown);
  const { status, retryAfterSeconds } = description;
  const logged = !(thrown instanceof Problem) || thrown.logged;
  if (status >= 500 && logged) request.log.error({ err: thrown }, 'request failed');
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .status(status)
    .type(mediaType)
    .send({ ...documentOf(description), requestId: request.id });
}

/** A problem as an answer that is kept: repeated byte for byte, the first request's id included. */
export function storedProblem(
  problem: Problem,
  requestId: string,
): { status: number; body: string } {
  const description = describeError(problem);
  const body = JSON.stringify({ ...documentOf(description), requestId });
  return { status: description.status, body };
}

/** Register it after the hooks whose headers a refusal shall have too. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler(answerProblem);
  const refuse = (request: FastifyRequest) => {
    const path = request.url.split('?', 1)[0] ?? '';
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
 * Answers what is no HTTP request at all, or not a whole one. It has no request id.
 *
 * @returns the status of the answer, null when there is nobody left to answer.
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
): UnreadableStatus | null {
  const there = socket.writable && error.code !== 'ECONNRESET';
  const status = there ? (parserStatus.get(error.code ?? '') ?? 400) : null;
  if (status !== null) {
    const title = STATUS_CODES[status] ?? 'Bad Request';
    const code = title.toLowerCase().replaceAll(' ', '-');
    const detail = 'This is not a request that an HTTP server can read.';
    const body = JSON.stringify(documentOf({ status, code, title, detail, errors: [] }));
    const head = `HTTP/1.1 ${status} ${title}\r\ncontent-type: ${mediaType}\r\nconnection: close`;
    socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
  socket.destroySoon();
  return status;
}
