import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Delivery } from './tokens.ts';

export interface Waits {
  /** From an entry in the ledger to its answer, in milliseconds. */
  readonly latencyMs: number;
  /** As `latencyMs` where the delivery is `late`: longer than a caller waits. */
  readonly lateMs: number;
}

/** The ways to answer, good and bad ones; `closing` ends what would keep the server from closing. */
export class Deliveries {
  readonly #waits: Waits;
  readonly #closing: AbortSignal;

  constructor(waits: Waits, closing: AbortSignal) {
    this.#waits = waits;
    this.#closing = closing;
  }

  /** Answers 201 with `body` in the given way. */
  async deliver(how: Delivery, reply: FastifyReply, body: object): Promise<FastifyReply> {
    const { latencyMs, lateMs } = this.#waits;
    await this.#pause(how === 'late' ? lateMs : latencyMs);
    if (how === 'drop') {
      reply.hijack();
      reply.raw.destroy();
      return reply;
    }
    if (how === 'twice') this.#answerAgain(reply, body);
    return reply.code(201).send(body);
  }

  /** Never answers: waits until the caller hangs up. */
  async ignore(reply: FastifyReply): Promise<FastifyReply> {
    reply.hijack();
    const signal = this.#closing;
    await once(reply.raw, 'close', { signal }).catch(() => reply.raw.destroy());
    return reply;
  }

  /**
   * Writes the same answer once more, past the HTTP server. It comes half a latency after the
   * first: whoever is next on the connection is then waiting for an answer of its own.
   */
  #answerAgain(reply: FastifyReply, body: object): void {
    const { socket } = reply.raw;
    const text = JSON.stringify(body);
    const head = [
      'HTTP/1.1 201 Created',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
    ];
    reply.raw.once('finish', async () => {
      await this.#pause(this.#waits.latencyMs / 2);
      if (socket?.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${text}`);
    });
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.#closing }).catch(() => {});
  }
}
