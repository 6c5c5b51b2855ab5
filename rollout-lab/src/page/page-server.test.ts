import { once } from 'node:events';
import { get, type IncomingMessage, request } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedEvent } from '../feed/events.ts';
import { Feed } from '../feed/feed.ts';
import type { PageOrder } from './orders.ts';
import { type Page, startPage } from './page-server.ts';
import { PagePortTakenError, RefusedError } from './refused.ts';

const choices = {
  strategies: [{ name: 'canary', what: 'w' }],
  candidates: [],
  changes: [],
  flags: [],
  running: false,
  mayStart: true,
  replay: false,
};
const assetOf = (path: string) =>
  path === '/' ? { contentType: 'text/html; charset=utf-8', body: '<!doctype html>' } : null;

let page: Page;
let orders: PageOrder[];
let port: number;

beforeEach(async () => {
  orders = [];
  page = await startPage({
    port: 0,
    assetOf,
    desk: {
      choices: () => choices,
      async carryOut(order) {
        if (order.do === 'abort') throw new RefusedError(409, 'no run is under way');
        orders.push(order);
      },
    },
  });
  port = Number(new URL(page.url).port);
});

afterEach(() => page.close());

interface Message {
  readonly id: number;
  readonly event: FeedEvent;
}

/** A browser's end of the stream of events. */
class Reader {
  readonly messages: Message[] = [];
  readonly response: IncomingMessage;
  #rest = '';

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8').on('data', (chunk: string) => this.#heard(chunk));
  }

  texts(): string[] {
    return this.messages.map(({ event }) => (event.type === 'say' ? event.text : event.type));
  }

  #heard(chunk: string): void {
    const parts = (this.#rest + chunk).split('\n\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(part) ?? [];
      if (id !== undefined) this.messages.push({ id: Number(id), event: JSON.parse(data ?? '') });
    }
  }
}

async function listen(lastId?: number): Promise<Reader> {
  const headers = lastId === undefined ? {} : { 'last-event-id': String(lastId) };
  const [response] = (await once(get(`${page.url}/events`, { headers }), 'response')) as [
    IncomingMessage,
  ];
  return new Reader(response);
}

const said = (feed: Feed, text: string) => feed.emit({ type: 'say', text });

describe('the events', () => {
  it('are what was, then what comes, to every browser', async () => {
    const feed = new Feed();
    page.show(feed);
    said(feed, 'a');
    const readers = [await listen(), await listen()];
    said(feed, 'b');
    for (const reader of readers) {
      await expect.poll(() => reader.texts()).toEqual(['a', 'b']);
      expect(reader.response.headers['content-type']).toMatch('text/event-stream');
    }
  });

  it('go on where a browser lost its connection, none twice and none left out', async () => {
    const feed = new Feed();
    page.show(feed);
    for (const text of ['a', 'b', 'c']) said(feed, text);
    const first = await listen();
    await expect.poll(() => first.messages).toHaveLength(3);
    first.response.destroy();
    said(feed, 'd');
    const again = await listen(first.messages[1]?.id);
    await expect.poll(() => again.texts()).toEqual(['c', 'd']);
    expect(again.messages.map(({ id }) => id)).toEqual([0, 1].map((n) => n + 2 + firstId(first)));
  });

  it('are all there for whoever comes with an id of an earlier run, or of another server', async () => {
    const before = new Feed();
    page.show(before);
    said(before, 'old');
    const first = await listen();
    await expect.poll(() => first.texts()).toEqual(['old']);
    const feed = new Feed();
    page.show(feed);
    said(feed, 'new');
    await expect.poll(() => first.texts()).toEqual(['old', 'new']);
    said(before, 'nobody hears of it');
    for (const id of [firstId(first) - 1_000_000, firstId(first) + 1_000_000, 3]) {
      const reader = await listen(id);
      await expect.poll(() => reader.texts()).toEqual(['new']);
    }
    const knowsBoth = await listen(first.messages[1]?.id);
    said(feed, 'newer');
    await expect.poll(() => knowsBoth.texts()).toEqual(['newer']);
  });

  it('do not pile up for a browser that does not read them', async () => {
    const feed = new Feed();
    page.show(feed);
    const slow = await listen();
    const quick = await listen();
    slow.response.pause();
    let closed = false;
    slow.response.once('close', () => {
      closed = true;
    });
    const text = 'x'.repeat(1_000_000);
    let sent = 0;
    while (sent < 40) {
      said(feed, text);
      sent += 1;
      await expect.poll(() => quick.messages.length).toBe(sent);
    }
    slow.response.resume();
    await expect.poll(() => closed).toBe(true);
    expect(slow.messages.length).toBeLessThan(40);
  });
});

const firstId = ({ messages }: Reader) => messages[0]?.id ?? 0;

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${page.url}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('an order', () => {
  it('is passed on', async () => {
    const order = { do: 'flag', name: 'orders.read-new', enabled: true, rollout: 50 };
    const answer = await post(order);
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
    expect(orders).toEqual([order]);
  });

  it.each([
    [{ do: 'abort' }, 409, 'no run is under way'],
    ['no JSON', 400, 'JSON'],
    ['null', 400, 'JSON'],
    [{}, 400, '"do"'],
    [{ do: 'toString' }, 400, '"do"'],
    [{ do: 'start', candidate: 'healthy' }, 400, '"strategy"'],
    [{ do: 'flag', name: 'a', enabled: 'yes', rollout: 1 }, 400, '"enabled"'],
    [{ do: 'flag', name: 'a', enabled: true, rollout: 101 }, 400, '"rollout"'],
    [{ do: 'kill' }, 400, '"replica"'],
    [{ do: 'stall', seconds: 11 }, 400, '"seconds"'],
    [{ do: 'kill', replica: 'x'.repeat(5_000) }, 413, 'too long'],
  ])('%j is refused', async (body, status, sentence) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.stringContaining(sentence) });
    expect(orders).toEqual([]);
  });
});

/** With headers that fetch would not let be set. */
async function ask(path: string, method: string, headers: Record<string, string>): Promise<number> {
  const asked = request({ host: '127.0.0.1', port, path, method, headers });
  asked.end(method === 'POST' ? '{"do":"pause"}' : undefined);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}

describe('another site', () => {
  const json = { 'content-type': 'application/json' };

  it.each(['evil.example', 'evil.example:7070', '127.0.0.1', '127.0.0.1:1'])(
    'is not served under the name %s',
    async (host) => {
      for (const path of ['/', '/events', '/options', '/replay.json']) {
        expect(await ask(path, 'GET', { host })).toBe(403);
      }
      expect(await ask('/control', 'POST', { host, ...json })).toBe(403);
    },
  );

  it('gives no order', async () => {
    expect(await ask('/control', 'POST', { ...json, origin: 'http://evil.example' })).toBe(403);
    expect(await ask('/control', 'POST', { ...json, origin: 'null' })).toBe(403);
    expect(await ask('/control', 'POST', { ...json, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask('/control', 'POST', { 'content-type': 'text/plain' })).toBe(415);
    expect(orders).toEqual([]);
    expect(await ask('/control', 'POST', { ...json, origin: page.url })).toBe(200);
    const host = `localhost:${port}`;
    expect(await ask('/control', 'POST', { ...json, host, origin: `http://${host}` })).toBe(200);
  });
});

describe('the page', () => {
  it('is served with headers that keep others out', async () => {
    const answer = await fetch(page.url);
    expect([answer.status, await answer.text()]).toEqual([200, '<!doctype html>']);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('tells what there is to choose, and the course of the run', async () => {
    expect(await (await fetch(`${page.url}/options`)).json()).toEqual(choices);
    expect((await fetch(`${page.url}/replay.json`)).status).toBe(404);
    const feed = new Feed();
    page.show(feed);
    said(feed, 'a');
    const replay = await (await fetch(`${page.url}/replay.json`)).json();
    expect(replay).toEqual({ events: [{ at: expect.any(Number), type: 'say', text: 'a' }] });
  });

  it.each([
    ['/nothing', 'GET', 404],
    ['/constructor', 'GET', 404],
    ['/control', 'GET', 405],
    ['/options', 'POST', 405],
    ['/', 'DELETE', 405],
  ])('has nothing at %s for %s', async (path, method, status) => {
    expect((await fetch(`${page.url}${path}`, { method })).status).toBe(status);
  });

  it('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = (other.address() as { port: number }).port;
    const desk = { choices: () => choices, carryOut: async () => {} };
    const asked = startPage({ port: taken, assetOf, desk });
    await expect(asked).rejects.toThrow(PagePortTakenError);
    await expect(asked).rejects.toThrow(/--page-port/);
    other.close();
  });

  it('ends although browsers hold on to it, and lets them have the last words', async () => {
    const feed = new Feed();
    page.show(feed);
    const reader = await listen();
    const sockets: Socket[] = [];
    reader.response.once('end', () => sockets.push(reader.response.socket));
    said(feed, 'bye');
    await page.close();
    await expect.poll(() => reader.texts()).toEqual(['bye']);
    await expect.poll(() => sockets).toHaveLength(1);
  });
});
