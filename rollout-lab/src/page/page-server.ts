import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FeedEvent } from '../feed/events.ts';
import type { Feed } from '../feed/feed.ts';
import { Broadcast } from './broadcast.ts';
import type { Desk } from './desk.ts';
import { assertOwn, setSecurityHeaders } from './guard.ts';
import { parseOrder } from './orders.ts';
import { PagePortTakenError, RefusedError } from './refused.ts';

export interface Asset {
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

export interface PageOptions {
  /** Address to listen on; default 127.0.0.1, which is also what the page is asked for by. */
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly desk: Desk;
  /** The page's own files, by the path of their URL. */
  readonly assetOf: (path: string) => Asset | null | Promise<Asset | null>;
  /** Shown instead of a run that is under way. */
  readonly replay?: readonly FeedEvent[];
}

export interface Page {
  readonly url: string;
  /** Shows a run, in place of the one before it. */
  show(feed: Feed): void;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** An order has a few short fields. */
const longestBody = 4_096;
/** Of some open tabs; a browser itself opens at most six to one host. */
const mostConnections = 64;
/** What a browser has not read by then of what was sent, it will not. */
const closeMs = 500;

/**
 * Serves the page on 127.0.0.1, to itself alone: see guard.ts.
 *
 * @throws {PagePortTakenError}
 */
export async function startPage(options: PageOptions): Promise<Page> {
  const broadcast = new Broadcast();
  let timeline = options.replay ?? null;
  const routes = routesOf(options.desk, broadcast, () => timeline);
  const server = createServer((request, response) => {
    setSecurityHeaders(response);
    const { port } = server.address() as AddressInfo;
    answer(request, response, { port, routes, assetOf: options.assetOf }).catch((error) =>
      sendError(response, error),
    );
  });
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PagePortTakenError(options.port) : error),
    );
    server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    show(feed) {
      timeline = feed.timeline;
      broadcast.show(feed);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      broadcast.close();
      const timer = setTimeout(() => server.closeAllConnections(), closeMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

type Routes = Readonly<Record<string, { readonly method: string; readonly answer: Answer }>>;

function routesOf(
  desk: Desk,
  broadcast: Broadcast,
  timeline: () => readonly FeedEvent[] | null,
): Routes {
  return {
    '/events': {
      method: 'GET',
      answer: (request, response) =>
        broadcast.join(response, Number(request.headers['last-event-id'] ?? Number.NaN)),
    },
    '/options': { method: 'GET', answer: (_, response) => sendJson(response, 200, desk.choices()) },
    '/replay.json': {
      method: 'GET',
      answer(_, response) {
        const events = timeline();
        if (events === null) throw new RefusedError(404, 'no run has been started yet');
        sendJson(response, 200, { events });
      },
    },
    '/control': {
      method: 'POST',
      async answer(request, response) {
        await desk.carryOut(parseOrder(await bodyOf(request)));
        sendJson(response, 200, { ok: true });
      },
    },
  };
}

interface Served extends Pick<PageOptions, 'assetOf'> {
  readonly port: number;
  readonly routes: Routes;
}

async function answer(request: IncomingMessage, response: ServerResponse, served: Served) {
  assertOwn(request, served.port);
  const path = pathOf(request);
  const route = Object.hasOwn(served.routes, path) ? served.routes[path] : undefined;
  const allowed = route?.method ?? 'GET';
  if (request.method !== allowed) {
    response.setHeader('allow', allowed);
    throw new RefusedError(405, `${path} takes ${allowed} alone`);
  }
  if (route !== undefined) return route.answer(request, response);
  const asset = await served.assetOf(path);
  if (asset === null) throw new RefusedError(404, `there is no ${path}`);
  response.writeHead(200, { 'content-type': asset.contentType }).end(asset.body);
}

function pathOf({ url = '' }: IncomingMessage): string {
  const parsed = URL.parse(url, 'http://page');
  if (parsed === null) throw new RefusedError(400, 'the address cannot be read');
  return parsed.pathname;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  // What a form of another site can send without being asked for is of other types.
  if (request.headers['content-type']?.split(';')[0] !== 'application/json') {
    throw new RefusedError(415, 'the body must be of the type application/json');
  }
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > longestBody) throw new RefusedError(413, 'the body is too long');
  }
  return body;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const [status, sentence] =
    error instanceof RefusedError ? [error.status, error.message] : [500, String(error)];
  response.setHeader('connection', 'close');
  sendJson(response, status, { error: sentence });
}
