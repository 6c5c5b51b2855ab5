import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ServiceProcess } from './service-process.ts';

/** What a start may set: what makes one replica differ from another, and the pace of a run. */
const settable = [
  'INSTANCE_ID',
  'FAULTS',
  'FLAGS_POLL_MS',
  'HEARTBEAT_MS',
  'SHUTDOWN_DELAY_MS',
] as const;

const signals = ['SIGTERM', 'SIGKILL'] as const;

/** What is started and ended. */
export type Controlled = Pick<ServiceProcess, 'isRunning' | 'start' | 'signal'>;

/** An order that cannot be carried out; told to who gave it. */
class RefusedOrder extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/**
 * The orders of the lab, over HTTP.
 *
 * `POST /start` with the variables as JSON: answers 200 at once with a line of JSON for each event, and
 * ends with the service. When whoever asked goes away, the service is told to end: nothing runs that
 * nobody conducts. `POST /signal/SIGTERM` and `/signal/SIGKILL`: 204. `GET /`: whether it runs.
 */
export function createControl(service: Controlled, token: string): Server {
  return createServer(async (request, response) => {
    try {
      assertKnown(request, token);
      await obey(service, request, response);
    } catch (error) {
      const status = error instanceof RefusedOrder ? error.status : 500;
      const sentence = error instanceof Error ? error.message : String(error);
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`${sentence}\n`);
    }
  });
}

function assertKnown({ headers }: IncomingMessage, token: string): void {
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new RefusedOrder(401, 'the header authorization must hold the token');
  }
}

async function obey(
  service: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const order = `${request.method} ${request.url}`;
  if (order === 'GET /') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ running: service.isRunning }));
  } else if (order === 'POST /start') {
    start(service, envOf(await bodyOf(request)), response);
  } else {
    const signal = signals.find((name) => order === `POST /signal/${name}`);
    if (signal === undefined) throw new RefusedOrder(404, `there is no order ${order}`);
    service.signal(signal);
    response.writeHead(204).end();
  }
}

function start(service: Controlled, env: Record<string, string>, response: ServerResponse): void {
  if (service.isRunning) throw new RefusedOrder(409, 'the service is running already');
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  let isOver = false;
  response.once('close', () => isOver || service.signal('SIGTERM'));
  service.start(env, (event) => {
    response.write(`${JSON.stringify(event)}\n`);
    if (event.event !== 'ended') return;
    isOver = true;
    response.end();
  });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new RefusedOrder(400, 'the body must be JSON');
  }
}

function envOf(body: unknown): Record<string, string> {
  const given = Object.entries(typeof body === 'object' && body !== null ? body : {});
  const env: Record<string, string> = {};
  for (const [name, value] of given) {
    if (!settable.some((known) => known === name) || typeof value !== 'string') {
      throw new RefusedOrder(
        400,
        `${name} cannot be set: only ${settable.join(', ')} can, as text`,
      );
    }
    env[name] = value;
  }
  return env;
}
