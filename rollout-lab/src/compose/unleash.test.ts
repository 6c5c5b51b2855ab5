import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UnknownFlagError } from '@scaleretail/embedded/flag-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnleashError, UnleashFlags } from './unleash.ts';

const flag = { name: 'orders.read-new', enabled: false, rollout: 0 };

let server: Server;
let flags: UnleashFlags;
let asked: string[];
/** Statuses of the next answers; 200 when there is none left. */
let statuses: number[];

/** Admin and client API at once: as much of both as is asked for. */
const answer = {
  environments: [
    { name: 'development', strategies: [{ id: 'an-id', name: 'flexibleRollout' }] },
    { name: 'production', strategies: [] },
  ],
  features: [
    {
      name: flag.name,
      enabled: true,
      strategies: [{ name: 'flexibleRollout', parameters: { rollout: '40' } }],
    },
    { name: 'somebody-elses', enabled: true, strategies: [] },
  ],
};

beforeEach(async () => {
  asked = [];
  statuses = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`.trim());
    response.writeHead(statuses.shift() ?? 200, { connection: 'close' });
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/api`;
  flags = new UnleashFlags({ url, clientToken: 'client', adminToken: 'admin' }, [flag]);
});
afterEach(() => server.close());

const feature = `/api/admin/projects/default/features/${flag.name}`;

describe('the flags of Unleash', () => {
  it('get their share first and are switched on then, in the environment of the replicas', async () => {
    expect(await flags.set(flag.name, { enabled: true, rollout: 5 })).toEqual({
      ...flag,
      enabled: true,
      rollout: 5,
    });
    expect(asked).toEqual([
      `GET ${feature} admin`,
      expect.stringMatching(`^PUT ${feature}/environments/development/strategies/an-id admin {`),
      `POST ${feature}/environments/development/on admin`,
    ]);
    expect(asked[1]).toContain(`"rollout":"5","stickiness":"userId","groupId":"${flag.name}"`);
  });

  it('are read as the replicas read them, without those of others', async () => {
    expect(await flags.get()).toEqual([{ ...flag, enabled: true, rollout: 40 }]);
    expect(asked).toEqual(['GET /api/client/features client']);
  });

  it('are set as soon as a server that is being started answers', async () => {
    statuses = [503, 502];
    await flags.set(flag.name, { enabled: false });
    expect(asked).toHaveLength(3);
  });

  it('are those that were set last while there is no server', async () => {
    await flags.set(flag.name, { enabled: true });
    server.close();
    expect(await flags.get()).toEqual([{ ...flag, enabled: true }]);
  });

  it('that do not exist are refused before anybody is asked; what is refused is told', async () => {
    await expect(flags.set('no-such', { enabled: true })).rejects.toThrow(UnknownFlagError);
    expect(asked).toEqual([]);
    statuses = [401];
    await expect(flags.set(flag.name, { enabled: true })).rejects.toThrow(UnleashError);
    statuses = [403];
    await expect(flags.get()).rejects.toThrow('was answered 403');
  });
});
