import type { ServerResponse } from 'node:http';
import type { FeedEvent } from '../feed/events.ts';
import type { Feed } from '../feed/feed.ts';
import { historyOf } from './history.ts';

/** A browser that lost its connection comes back after so long. */
const retryMs = 1_000;
/** Something passes at least so often, so that a dead connection is found out. */
const heartbeatMs = 15_000;
/** Bytes that wait for a client to read them; beyond, it is let go and may come back. */
const mostWaiting = 8 * 1024 * 1024;

/**
 * Hands a run's events to any number of browsers, as Server-Sent Events: first what was, then what
 * comes. An id is an event's place in its run plus where the run's ids begin, and those begin at the
 * server's start in epoch ms: a later server's ids are higher, so that a browser which comes back
 * with one from another server is known, and gets everything.
 *
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class Broadcast {
  readonly #clients = new Set<ServerResponse>();
  readonly #heartbeat: NodeJS.Timeout;
  #timeline: readonly FeedEvent[] = [];
  #firstId = Date.now();
  #told = 0;
  #leave = () => {};

  constructor() {
    this.#heartbeat = setInterval(() => this.#toAll(': still here\n\n'), heartbeatMs).unref();
  }

  /** A new run takes the place of the one before it. */
  show(feed: Feed): void {
    this.#leave();
    this.#firstId += this.#told;
    this.#timeline = feed.timeline;
    this.#told = 0;
    for (const event of feed.timeline) this.#tell(event);
    this.#leave = feed.listen((event) => this.#tell(event));
  }

  /** A browser that saw everything up to `lastId` gets what it has missed; any other gets it all. */
  join(response: ServerResponse, lastId: number): void {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const next = lastId + 1 - this.#firstId;
    const from = next >= 0 && next <= this.#told ? next : 0;
    const missed = historyOf(this.#timeline.slice(0, this.#told), from).map((place) =>
      message(this.#firstId + place, this.#timeline[place]),
    );
    response.write(`retry: ${retryMs}\n\n${missed.join('')}`);
    this.#clients.add(response);
    response.once('close', () => this.#clients.delete(response));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#leave();
    for (const client of this.#clients) client.end();
  }

  #tell(event: FeedEvent): void {
    this.#toAll(message(this.#firstId + this.#told, event));
    this.#told += 1;
  }

  #toAll(text: string): void {
    for (const client of this.#clients) {
      if (client.writableLength > mostWaiting) client.destroy();
      else client.write(text);
    }
  }
}

const message = (id: number, event: FeedEvent | undefined) =>
  `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
