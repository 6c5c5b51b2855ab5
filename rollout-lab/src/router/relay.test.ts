import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeFleet, until } from './fake-fleet.ts';
import type { FakeReplica } from './fake-replica.ts';

let fleet: FakeFleet;
let replica: FakeReplica;
beforeEach(async () => {
  fleet = await FakeFleet.start();
  replica = await fleet.single();
});
afterEach(() => fleet.close());

const nothingInFlight = () => until(() => fleet.statsOf('a')?.inFlight === 0);

describe('failures', () => {
  it.each([
    ['GET', {}],
    ['POST', { method: 'POST', body: 'x'.repeat(200_000) }],
  ])('of a %s that the replica breaks off are 502, sent once', async (_, init) => {
    replica.answer = (request) => request.socket.destroy();
    const answer = await fleet.ask('x', '/', init);
    expect(answer.status).toBe(502);
    expect(answer.headers.get('x-upstream')).toBe('a');
    expect(answer.headers.get('x-release')).toBe('1.0');
    expect(await answer.json()).toMatchObject({ code: 'upstream_failed' });
    expect(replica.seen).toHaveLength(1);
    await nothingInFlight();
  });

  it('are 502 when nobody listens any more', async () => {
    await fleet.close();
    // Polls so rarely that the router still believes in it.
    fleet = await FakeFleet.start({ healthIntervalMs: 60_000 });
    replica = await fleet.single();
    await replica.close();
    const answer = await fleet.ask('x', '/', { method: 'POST', body: 'x'.repeat(200_000) });
    expect([answer.status, answer.headers.get('x-upstream')]).toEqual([502, 'a']);
  });

  it('are 504 when the replica does not answer in time', async () => {
    await fleet.close();
    fleet = await FakeFleet.start({ upstreamTimeoutMs: 50 });
    replica = await fleet.single();
    replica.answer = () => {};
    const answer = await fleet.ask('x');
    expect([answer.status, answer.headers.get('x-release')]).toEqual([504, '1.0']);
    expect(await answer.json()).toMatchObject({ code: 'upstream_timeout' });
  });

  it('are a broken connection when the answer breaks off after its status', async () => {
    replica.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('some', () => response.destroy());
    };
    await expect(fleet.ask('x').then((answer) => answer.text())).rejects.toThrow();
    await nothingInFlight();
  });

  it('are 503 without a pool', async () => {
    fleet.router.set([]);
    const answer = await fleet.ask('x');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'no_pool' });
  });

  it('of the client abort the request to the replica', async () => {
    const broken = Promise.withResolvers<void>();
    replica.answer = (request) => void once(request.socket, 'close').then(() => broken.resolve());
    const client = new AbortController();
    const answer = fleet.ask('x', '/', { signal: client.signal });
    await until(() => replica.seen.length === 1);
    client.abort();
    await expect(answer).rejects.toThrow();
    await broken.promise;
    await nothingInFlight();
  });
});

describe('a request whose body nobody reads', () => {
  it.each<[string, number, (replica: FakeReplica) => unknown]>([
    ['fails', 502, (r) => (r.answer = ({ socket }) => socket.destroy())],
    ['cannot be sent', 502, (r) => r.close()],
    ['is answered early', 413, (r) => (r.answer = (_, response) => response.writeHead(413).end())],
  ])('leaves the client its connection when it %s', async (_, status, spoil) => {
    await fleet.close();
    fleet = await FakeFleet.start({ healthIntervalMs: 60_000 });
    await spoil(await fleet.single());
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = async (method: string, body: string) => {
      const sending = httpRequest(fleet.router.url, { agent, method }).end(body);
      const [response] = await once(sending, 'response');
      await buffer(response);
      return { status: response.statusCode, port: sending.socket?.localPort };
    };
    const first = await send('POST', 'x'.repeat(2_000_000));
    expect(first.status).toBe(status);
    expect(await send('GET', '')).toEqual(first);
    agent.destroy();
  });
});

describe('what passes through', () => {
  it('is method, path, query, headers and a megabyte of body, both ways', async () => {
    replica.answer = async (request, response) => {
      const two = { 'x-two': ['1', '2'], 'set-cookie': ['a=1', 'b=2'] };
      response.writeHead(207, { ...two, 'x-release': '1.0.7' });
      response.end(await buffer(request));
    };
    const body = Buffer.alloc(1_000_000, '0123456789abcdef!');
    const headers = { 'x-Own': 'é', 'content-type': 'application/octet-stream' };
    const answer = await fleet.ask('x', '/a%2Fb?q=1&q=%20', { method: 'PUT', body, headers });
    const [request] = replica.seen;
    expect([request?.method, request?.url]).toEqual(['PUT', '/a%2Fb?q=1&q=%20']);
    expect(request?.headers).toMatchObject({
      'x-own': 'é',
      'content-type': 'application/octet-stream',
      'content-length': '1000000',
      host: `127.0.0.1:${fleet.router.port}`,
      'x-forwarded-for': '127.0.0.1',
    });
    expect(answer.status).toBe(207);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('x-two')).toBe('1, 2');
    expect(answer.headers.get('x-replica')).toBe('a');
    expect(answer.headers.get('x-release')).toBe('1.0.7');
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  it('is not what belongs to one hop', async () => {
    replica.answer = (_, response) => {
      response.writeHead(200, { connection: 'x-hop', 'x-hop': '1', 'proxy-authenticate': 'Basic' });
      response.end();
    };
    const hop = { connection: 'keep-alive, x-mine', 'x-mine': '1', te: 'trailers' };
    const headers = { ...hop, 'x-forwarded-for': '10.0.0.1' };
    const [answer] = await once(httpRequest(fleet.router.url, { headers }).end(), 'response');
    answer.resume();
    const seen = replica.seen[0]?.headers;
    expect(Object.keys(seen ?? {})).not.toEqual(expect.arrayContaining(['x-mine']));
    expect(seen).not.toHaveProperty('te');
    expect(seen?.['x-forwarded-for']).toBe('10.0.0.1, 127.0.0.1');
    expect(answer.headers).not.toHaveProperty('x-hop');
    expect(answer.headers).not.toHaveProperty('proxy-authenticate');
  });

  it('is a body in chunks, as it comes', async () => {
    const echoed = Promise.withResolvers<void>();
    replica.answer = (request, response) => {
      request.once('data', () => echoed.resolve());
      request.pipe(response);
    };
    const sending = httpRequest(fleet.router.url, { method: 'POST' });
    sending.write('one ');
    await echoed.promise;
    sending.end('two');
    const [answer] = await once(sending, 'response');
    expect(String(await buffer(answer))).toBe('one two');
    expect(replica.seen[0]?.headers['transfer-encoding']).toBe('chunked');
  });

  it('reuses connections to a replica', async () => {
    for (let i = 0; i < 5; i++) await (await fleet.ask('x')).text();
    const ports = new Set(replica.seen.map(({ socket }) => socket.remotePort));
    // A second one when a poll was under way.
    expect(ports.size).toBeLessThanOrEqual(2);
  });
});
