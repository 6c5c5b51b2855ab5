import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { Call } from './calls.ts';
import { fieldsOf } from './checks.ts';
import type { Customer, LoadConfig } from './types.ts';

export interface Reply {
  /** 0: no answer, or not all of it. */
  readonly status: number;
  readonly release: string | null;
  readonly replica: string | null;
  readonly variant: boolean;
  /** The parsed answer of a success. */
  readonly body?: unknown;
  readonly error?: string;
}

type Headers = Record<string, string | string[] | undefined>;

const one = (header: string | string[] | undefined): string | null =>
  typeof header === 'string' ? header : (header?.[0] ?? null);

const origin = (headers: Headers) => ({
  release: one(headers['x-release']),
  replica: one(headers['x-replica']),
  // By flag the release reads the new columns, and says so.
  variant: /-read-new\b/.test(one(headers['x-phases']) ?? ''),
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { code, name } = fieldsOf(error);
  return String(typeof code === 'string' ? code : name);
}

/** The requests of a shop's client that was written for release 1.0 of the API. */
export class Client {
  readonly #pool: Pool;
  readonly #timeoutMs: number;
  readonly #connections: number;
  #inFlight = 0;
  #withoutSlot = 0;

  constructor({ target, connections = 1_000, requestTimeoutMs = 10_000 }: LoadConfig) {
    this.#timeoutMs = requestTimeoutMs;
    this.#connections = connections;
    this.#pool = new Pool(target, {
      connections,
      pipelining: 1,
      connectTimeout: requestTimeoutMs,
      // The signal below bounds the whole exchange.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Requests so far that found every connection taken. */
  get withoutSlot(): number {
    return this.#withoutSlot;
  }

  /** Never rejects: whatever goes wrong is in the reply. Sends once. */
  async send(call: Call, customer: Customer): Promise<Reply> {
    if (this.#inFlight >= this.#connections) this.#withoutSlot += 1;
    this.#inFlight += 1;
    const reply = await this.#exchange(call, customer);
    this.#inFlight -= 1;
    return reply;
  }

  async #exchange(call: Call, customer: Customer): Promise<Reply> {
    let headers: Headers = {};
    try {
      const response = await this.#pool.request({
        path: call.path,
        ...requestOf(call, customer),
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      headers = response.headers;
      const text = await response.body.text();
      const status = response.statusCode;
      if (status === call.success) return { status, ...origin(headers), body: parse(text) };
      const { code } = fieldsOf(parse(text));
      return { status, ...origin(headers), error: String(code ?? `HTTP ${status}`) };
    } catch (error) {
      return { status: 0, ...origin(headers), error: reasonOf(error) };
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

function requestOf(call: Call, customer: Customer) {
  const headers = { authorization: `Bearer ${customer.token}`, 'x-customer-id': customer.id };
  if (!call.body) return { method: 'GET', headers } as const;
  return {
    method: 'POST',
    body: JSON.stringify(call.body),
    headers: {
      ...headers,
      'content-type': 'application/json',
      // Not from the seed: a second run on the same database would get the first one's answers.
      'idempotency-key': randomUUID(),
    },
  } as const;
}
