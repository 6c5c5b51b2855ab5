import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SupervisorError, Supervisors } from '../compose/supervisors.ts';
import { type Controlled, createControl } from './control.ts';
import type { ServiceEvent } from './service-process.ts';

/** A service that does as it is told, and notes what that was. */
class FakeService implements Controlled {
  isRunning = false;
  env: Readonly<Record<string, string>> = {};
  readonly signals: string[] = [];
  tell: (event: ServiceEvent) => void = () => {};

  start(env: Readonly<Record<string, string>>, tell: (event: ServiceEvent) => void): void {
    this.isRunning = true;
    this.env = env;
    this.tell = tell;
    tell({ event: 'started' });
  }

  signal(signal: string): void {
    this.signals.push(signal);
    this.end(signal);
  }

  end(how: string): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    this.tell({ event: 'ended', how, lastWords: ['a word'] });
  }
}

const token = 'a token';
let service: FakeService;
let server: ReturnType<typeof createControl>;
let supervisors: Supervisors;
let url: string;
beforeEach(async () => {
  service = new FakeService();
  server = createControl(service, token).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  supervisors = new Supervisors(new Map([['1.0', '127.0.0.1']]), token, port);
});
afterEach(() => server.close());

const linesOf = async (stream: NodeJS.ReadableStream) => {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
};

describe('the orders of the lab', () => {
  it('start the service and tell of its way to its end', async () => {
    const events = await supervisors.start('127.0.0.1', { INSTANCE_ID: 'r1', FAULTS: 'none' });
    expect(service.env).toEqual({ INSTANCE_ID: 'r1', FAULTS: 'none' });
    service.tell({ event: 'listening' });
    await supervisors.signal('127.0.0.1', 'SIGTERM');
    expect(await linesOf(events)).toEqual([
      { event: 'started' },
      { event: 'listening' },
      { event: 'ended', how: 'SIGTERM', lastWords: ['a word'] },
    ]);
    expect(service.signals[0]).toBe('SIGTERM');
  });

  it('end with whoever gave them: nothing runs that nobody conducts', async () => {
    const answer = await fetch(`${url}/start`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{}',
    });
    expect(service.isRunning).toBe(true);
    await answer.body?.cancel();
    await expect.poll(() => service.signals).toEqual(['SIGTERM']);
  });

  it('end what an earlier run has left', async () => {
    await supervisors.start('127.0.0.1', {});
    await supervisors.endAll(new AbortController().signal);
    expect([service.isRunning, service.signals[0]]).toEqual([false, 'SIGTERM']);
    await supervisors.endAll(new AbortController().signal);
  });

  it('are refused when they cannot be carried out', async () => {
    await supervisors.start('127.0.0.1', {});
    await expect(supervisors.start('127.0.0.1', {})).rejects.toThrow(
      new SupervisorError('127.0.0.1', 'answered 409 to POST /start'),
    );
    service.end('exit code 0');
  });

  it.each([
    ['with another token', 'POST', '/start', 'another', '{}', 401, 'must hold the token'],
    ['with no token', 'GET', '/', '', undefined, 401, 'must hold the token'],
    ['of another kind', 'POST', '/signal/SIGHUP', token, '', 404, 'no order POST /signal/SIGHUP'],
    ['that are no JSON', 'POST', '/start', token, '{', 400, 'must be JSON'],
    ['for another variable', 'POST', '/start', token, '{"PATH":"/x"}', 400, 'PATH cannot be set'],
    ['that are no text', 'POST', '/start', token, '{"FAULTS":1}', 400, 'FAULTS cannot be set'],
  ])('are refused %s', async (_, method, path, given, body, status, sentence) => {
    const headers = { authorization: `Bearer ${given}` };
    const answer = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    expect([answer.status, await answer.text()]).toEqual([
      status,
      expect.stringContaining(sentence),
    ]);
    expect(service.isRunning).toBe(false);
  });
});
