import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RouterConfigError } from '../router/errors.ts';
import type { Pool } from '../router/types.ts';
import { HaproxyRouter } from './haproxy.ts';
import { RouterUnreachableError } from './haproxy-socket.ts';

let folder: string;
let socket: string;
let server: Server;
let router: HaproxyRouter;
/** What the runtime API was told since it was last looked at, but for looks at the statistics. */
let told: string[] = [];
let refusal = '';
let down = new Set<string>();

const replica = (n: number) => ({ id: `r${n}`, url: `http://10.0.0.${n}:3000` });
const pool = (release: string, weight: number, ...numbers: number[]): Pool => ({
  release,
  weight,
  replicas: numbers.map(replica),
});

function take(): string[] {
  const commands = told;
  told = [];
  return commands;
}

/** Every server that was set ready is up, if it is not one of `down`. */
function statistics(): string {
  const servers = ['pool-1', 'pool-2'].flatMap((backend) =>
    Array.from({ length: 8 }, (_, n) => `${backend},r${n + 1}`),
  );
  const rows = servers.map((name) => `${name},${down.has(name) ? 'DOWN' : 'UP 1/1'},3,40`);
  return ['# pxname,svname,status,scur,stot', ...rows].join('\n');
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haproxy-'));
  socket = join(folder, 'admin.sock');
  refusal = '';
  down = new Set();
  server = createServer({ allowHalfOpen: true }, (connection) => {
    connection.once('data', (data) => {
      const commands = data.toString().trim().split('; ');
      if (commands[0] === 'show stat') return connection.end(statistics());
      told.push(...commands);
      connection.end(refusal);
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const access = { url: 'http://haproxy:8080', shopUrl: 'http://127.0.0.1:8080', socket };
  router = await HaproxyRouter.open(access);
});
afterEach(async () => {
  await router.close();
  server.close();
  rmSync(folder, { recursive: true });
});

const route = (value: string) => `set map /usr/local/etc/haproxy/route.map route ${value}`;

describe('HAProxy as the router', () => {
  it('begins with nobody behind it, whatever was set before', () => {
    const commands = take();
    expect(commands.filter((c) => /^set server pool-[12]\/r\d state maint$/.test(c))).toHaveLength(
      16,
    );
    expect(commands.at(-1)).toBe(route('pool-1:none:::0'));
  });

  it('puts replicas behind a backend, and then turns the traffic there', async () => {
    take();
    await router.set([pool('1.0', 100, 1, 2)]);
    expect(take()).toEqual([
      'set server pool-1/r1 addr 10.0.0.1 port 3000',
      'set server pool-1/r1 state ready',
      'set server pool-1/r2 addr 10.0.0.2 port 3000',
      'set server pool-1/r2 state ready',
      route('pool-1:1.0:::0'),
    ]);
  });

  it('says a weight in hundredths of a percent, and keeps a pool where it is', async () => {
    await router.set([pool('1.0', 100, 1)]);
    take();
    await router.set([pool('1.0', 99, 1), pool('2.0', 1, 2)]);
    expect(take().at(-1)).toBe(route('pool-1:1.0:pool-2:2.0:100'));
    await router.set([pool('2.0', 100, 2)]);
    expect(take()).toEqual([route('pool-2:2.0:::0'), 'set server pool-1/r1 state maint']);
    await router.set([pool('2.0', 95, 2), pool('3.0', 5, 3)]);
    expect(take().at(-1)).toBe(route('pool-2:2.0:pool-1:3.0:500'));
  });

  it('takes a replica out only when the traffic has turned away', async () => {
    await router.set([pool('1.0', 100, 1, 2)]);
    take();
    await router.set([pool('1.0', 100, 2)]);
    expect(take()).toEqual([route('pool-1:1.0:::0'), 'set server pool-1/r1 state maint']);
  });

  it('tells which replicas are ready', async () => {
    down.add('pool-1,r2');
    await router.set([pool('1.0', 100, 1, 2)]);
    expect(router.stats()).toEqual({
      cpuMs: null,
      replicas: [
        { ...replica(1), release: '1.0', ready: true, inFlight: 3, requests: 40, removed: false },
        { ...replica(2), release: '1.0', ready: false, inFlight: 3, requests: 40, removed: false },
      ],
    });
  });

  it('has two releases in one pool, where a rolling update mixes them', async () => {
    const mixed = [
      { ...replica(1), release: '1.0' },
      { ...replica(2), release: '2.0' },
    ];
    await router.set([{ release: '1.0', weight: 100, replicas: mixed }]);
    expect(router.stats().replicas.map(({ release }) => release)).toEqual(['1.0', '2.0']);
  });

  it('refuses pools that are none, and tells what HAProxy does not understand', async () => {
    take();
    await expect(router.set([pool('1.0', 101, 1)])).rejects.toThrow(RouterConfigError);
    expect(take()).toEqual([]);
    refusal = 'No such server.\n';
    await expect(router.set([pool('1.0', 100, 1)])).rejects.toThrow(
      new RouterUnreachableError(socket, 'refused a command: No such server.'),
    );
    refusal = '';
  });

  it('says so when nobody is there', async () => {
    const nowhere = { url: 'http://haproxy', shopUrl: 'http://haproxy', socket: `${socket}.not` };
    await expect(HaproxyRouter.open(nowhere)).rejects.toThrow('cannot be reached (ENOENT)');
  });
});
