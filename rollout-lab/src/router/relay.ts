import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import { requestHeaders, responseHeaders } from './headers.ts';
import { sendProblem } from './problem.ts';
import type { Upstream } from './upstream.ts';

interface Target {
  readonly upstream: Upstream;
  readonly release: string;
}

/** Sends one request to a replica, once, and streams its answer back. */
export function relay(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  timeoutMs: number,
): void {
  const { upstream } = target;
  const body = bodyOf(request);
  upstream.inFlight++;
  upstream.requests++;
  upstream.connections.dispatch(
    {
      path: request.url ?? '/',
      method: request.method ?? 'GET',
      headers: requestHeaders(request),
      body,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    },
    new Exchange(response, body, target),
  );
}

/**
 * The request's body behind a stream of its own: a failing exchange destroys that one, while the
 * rest of the request is read and dropped, so that the client gets its answer and can go on using
 * the connection.
 */
function bodyOf(request: IncomingMessage): PassThrough | null {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length === 0 && !('transfer-encoding' in request.headers)) return null;
  const body = request.pipe(new PassThrough());
  body.once('close', () => request.resume());
  // What makes it fail is answered in onResponseError.
  body.on('error', () => {});
  return body;
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  readonly #body: PassThrough | null;
  readonly #target: Target;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(response: ServerResponse, body: PassThrough | null, target: Target) {
    this.#response = response;
    this.#body = body;
    this.#target = target;
    response.once('close', () => this.#abortWhenGone());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#abortWhenGone();
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    this.#response.writeHead(status, responseHeaders(headers, this.#target.upstream.id));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#end();
    this.#response.end();
  }

  onResponseError(_: unknown, error: Error): void {
    this.#end();
    const response = this.#response;
    if (response.destroyed) return;
    // A status that has left cannot be taken back: only a broken connection tells the client.
    if (response.headersSent) response.destroy();
    else sendProblem(response, problemOf(error), this.#target);
  }

  #end(): void {
    this.#target.upstream.inFlight--;
    this.#body?.destroy();
  }

  /** The client went away: the replica need not go on. */
  #abortWhenGone(): void {
    const { destroyed, writableFinished } = this.#response;
    if (destroyed && !writableFinished)
      this.#controller?.abort(new errors.RequestAbortedError('the client went away'));
  }
}

const problemOf = (error: Error) =>
  error instanceof errors.HeadersTimeoutError ? 'upstream_timeout' : 'upstream_failed';
