import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface FakeGateway {
  readonly url: string;
  /** How often it was asked for a charge. */
  asked(): number;
  /** Of what it was asked, in order. */
  headers(): readonly IncomingHttpHeaders[];
}

export interface FakeAnswer {
  readonly status: number;
  readonly body: object;
}

/** The answer to a charge that worked. */
export const captured: FakeAnswer = { status: 201, body: { id: 'ch_1', status: 'captured' } };

/**
 * A gateway that answers what a test tells it, when it tells it, and repeats what it was asked as
 * a real one does; gone when the test ends.
 */
export async function fakeGateway(
  answer: (nth: number) => Promise<FakeAnswer>,
): Promise<FakeGateway> {
  let asked = 0;
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    asked += 1;
    headers.push(request.headers);
    const { status, body } = await answer(asked);
    const echo = { ...JSON.parse(await text(request)), key: request.headers['idempotency-key'] };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...echo, ...body }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked: () => asked, headers: () => headers };
}
