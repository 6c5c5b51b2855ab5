import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { waitUntil } from '../run/wait.ts';

/** Of the supervisor in each container. */
const usualPort = 9000;

/** A supervisor is not there, or does not take an order. */
export class SupervisorError extends Error {
  constructor(address: string, why: string) {
    super(`the supervisor at ${address} ${why}`);
    this.name = 'SupervisorError';
  }
}

/** How the containers of the releases are spoken to; see ../supervisor/control.ts. */
export class Supervisors {
  readonly #hosts: ReadonlyMap<string, string>;
  readonly #token: string;
  readonly #port: number;

  /** `hosts` by release: each name stands for all the containers of it. */
  constructor(hosts: ReadonlyMap<string, string>, token: string, port = usualPort) {
    this.#hosts = hosts;
    this.#token = token;
    this.#port = port;
  }

  /** Addresses of the containers of a release that are there, in a fixed order; none is possible. */
  async addressesOf(release: string): Promise<string[]> {
    const host = this.#hosts.get(release);
    if (host === undefined) return [];
    const found = await lookup(host, { all: true, family: 4 }).catch(() => []);
    return found.map(({ address }) => address).sort();
  }

  /**
   * Starts the service there; the stream has a line for each event and ends with the service. It keeps
   * this process from ending no more than the service would: the service ends with this process.
   */
  async start(
    address: string,
    env: Readonly<Record<string, string>>,
  ): Promise<NodeJS.ReadableStream> {
    const events = await this.#ask(address, 'POST', '/start', JSON.stringify(env));
    events.socket.unref();
    return events;
  }

  async signal(address: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#ask(address, 'POST', `/signal/${signal}`);
  }

  /** Ends whatever an earlier run, or this one, has left; resolves when nothing runs any more. */
  async endAll(signal: AbortSignal): Promise<void> {
    const all = await Promise.all([...this.#hosts.keys()].map((r) => this.addressesOf(r)));
    await Promise.all(all.flat().map((address) => this.#endAt(address, signal)));
  }

  async #endAt(address: string, signal: AbortSignal): Promise<void> {
    if (!(await this.#runsAt(address))) return;
    await this.signal(address, 'SIGTERM');
    const what = `the replica at ${address} has ended`;
    const ended = async () => !(await this.#runsAt(address));
    await waitUntil(ended, { what, withinMs: 40_000, everyMs: 100, signal });
  }

  async #runsAt(address: string): Promise<boolean> {
    const answer = JSON.parse(await text(await this.#ask(address, 'GET', '/')));
    return answer.running === true;
  }

  /** @throws {SupervisorError} */
  #ask(host: string, method: string, path: string, body = ''): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { authorization: `Bearer ${this.#token}` };
    const fail = (why: string) => reject(new SupervisorError(host, why));
    const sent = request({ host, port: this.#port, path, method, headers });
    sent.once('error', (error: NodeJS.ErrnoException) => fail(`is not there (${error.code})`));
    sent.once('response', (response) => {
      const { statusCode = 0 } = response;
      if (statusCode === 200 || statusCode === 204) return resolve(response);
      fail(`answered ${statusCode} to ${method} ${path}`);
    });
    sent.end(body);
    return promise;
  }
}
