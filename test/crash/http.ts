import { Agent, request } from 'undici';
import type { Customer } from '../harness/customers.ts';
import { reasonOf } from '../harness/reason.ts';

export interface Call {
  readonly customer: Customer;
  readonly path: string;
  /** Absent: a GET. */
  readonly post?: { readonly key: string; readonly body: object | undefined };
}

export interface Reply {
  /** 0: no answer, or not all of it. */
  readonly status: number;
  readonly text: string;
  /** The stable code of a problem, or the name of the socket's error; empty for a success. */
  readonly code: string;
  readonly replayed: boolean;
}

/** Longer than a payment takes whose gateway gives no answer at all. */
const answerMs = 20_000;
const connectMs = 2_000;

/** Sends requests, each once, and counts what came back. */
export class Http {
  /** Requests by what became of them: the status, and the code where there is one. */
  readonly outcomes = new Map<string, number>();
  sent = 0;
  replayed = 0;
  readonly #agent = new Agent({
    connections: 64,
    pipelining: 1,
    connect: { timeout: connectMs },
    headersTimeout: answerMs,
    bodyTimeout: answerMs,
  });

  /** Never rejects: whatever goes wrong is in the reply. */
  async send(url: string, call: Call): Promise<Reply> {
    this.sent += 1;
    const reply = await this.#exchange(url, call);
    if (reply.replayed) this.replayed += 1;
    const outcome = `${reply.status === 0 ? '' : reply.status} ${reply.code}`.trim();
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    return reply;
  }

  async #exchange(url: string, { customer, path, post }: Call): Promise<Reply> {
    try {
      const answer = await request(url + path, {
        dispatcher: this.#agent,
        method: post === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${customer.token}`,
          ...(post !== undefined && { 'idempotency-key': post.key }),
          ...(post?.body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(post?.body !== undefined && { body: JSON.stringify(post.body) }),
      });
      const text = await answer.body.text();
      const status = answer.statusCode;
      const replayed = answer.headers['idempotency-replayed'] === 'true';
      return { status, text, code: status < 300 ? '' : codeIn(text), replayed };
    } catch (error) {
      return { status: 0, text: '', code: reasonOf(error), replayed: false };
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function codeIn(text: string): string {
  try {
    return String((JSON.parse(text) as { code?: unknown }).code);
  } catch {
    return 'not a problem document';
  }
}
