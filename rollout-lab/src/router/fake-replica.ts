import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For tests: a replica whose readiness and answers are set from outside. */
export class FakeReplica {
  ready = true;
  /** Polls of /readyz so far. */
  polls = 0;
  readonly seen: IncomingMessage[] = [];
  answer: RequestListener = (_, response) => response.end(this.id);
  readonly id: string;
  readonly #server = createServer((request, response) => {
    if (request.url === '/readyz') {
      this.polls++;
      response.writeHead(this.ready ? 200 : 503).end();
      return;
    }
    this.seen.push(request);
    this.answer(request, response);
  });

  private constructor(id: string) {
    this.id = id;
  }

  static async start(id: string): Promise<FakeReplica> {
    const replica = new FakeReplica(id);
    await new Promise<void>((resolve) => replica.#server.listen(0, '127.0.0.1', resolve));
    return replica;
  }

  get address(): { id: string; url: string } {
    const { port } = this.#server.address() as AddressInfo;
    return { id: this.id, url: `http://127.0.0.1:${port}` };
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
