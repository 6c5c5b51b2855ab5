import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { createFlags, type Flags } from './flags.ts';

type Answer = (response: ServerResponse) => void;

const dualWrite = 'orders.dual-write';
const limit = { timeout: 20_000, interval: 10 };

const says =
  (status: number, body: string): Answer =>
  (response) =>
    void response.writeHead(status).end(body);
const flagIs = (enabled: boolean) =>
  says(
    200,
    JSON.stringify({ version: 2, features: [{ name: dualWrite, enabled, strategies: [] }] }),
  );

/** A flag server that answers what a test tells it. */
async function flagServer(first: Answer) {
  let answer = first;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    /** Answers like this from now on; resolves when `looks` of them have been answered so. */
    async answers(next: Answer, looks = 3) {
      answer = next;
      const before = asked;
      await expect.poll(() => asked >= before + looks, limit).toBe(true);
    },
  };
}

function flagsAt(unleashUrl: string) {
  const metrics = createMetrics('2.0');
  const errors: string[] = [];
  const flags: Flags = createFlags(
    {
      unleashUrl,
      token: 'secret',
      pollMs: 20,
      bootstrapFile: undefined,
      instanceId: 'test',
      onError: (error) => errors.push(error.message),
    },
    metrics,
  );
  onTestFinished(() => flags.close());
  const lastContact = async () => (await metrics.flagsLastContact.get()).values[0]?.value ?? 0;
  return { flags, errors, lastContact };
}

const failures: readonly [string, Answer, string][] = [
  ['500', says(500, 'down'), 'the flag server answered 500'],
  ['401', says(401, '{}'), 'the flag server answered 401'],
  ['403', says(403, '{}'), 'the flag server answered 403'],
  ['404', says(404, 'nothing here'), 'the flag server answered 404'],
  ['what is no JSON', says(200, '<html>'), 'the flag server gave no list of flags'],
  ['other JSON', says(200, '{"hello": 1}'), 'the flag server gave no list of flags'],
  [
    'a flag that the client would stumble over',
    says(200, `{"features": [{"name": "${dualWrite}", "enabled": true, "strategies": [null]}]}`),
    'the flag server gave no list of flags',
  ],
  [
    'nothing: it hangs up',
    (response) => void response.destroy(),
    'the flag server cannot be reached (UND_ERR_SOCKET)',
  ],
];

describe.each(failures)('a flag server that answers %s', (_what, failing, reason) => {
  it('at the start keeps the replica unready with the reason, until it answers well', async () => {
    const server = await flagServer(failing);
    const { flags, errors, lastContact } = flagsAt(server.url);
    await expect
      .poll(() => flags.notReady(), limit)
      .toBe(`no state of the flags is known yet: ${reason}`);
    await server.answers(failing);
    expect(flags.isEnabled(dualWrite, 'alice')).toBe(false);
    expect(await lastContact()).toBe(0);
    expect(errors).toHaveLength(1); // told once, and not with each look

    await server.answers(flagIs(true));
    expect(flags.notReady()).toBeNull();
    expect(flags.isEnabled(dualWrite, 'alice')).toBe(true);
    expect(await lastContact()).toBeGreaterThan(0);
  });

  it('later changes nothing that was known, and is listened to again when it answers well', async () => {
    const server = await flagServer(flagIs(true));
    const { flags, lastContact } = flagsAt(server.url);
    await expect.poll(() => flags.isEnabled(dualWrite), limit).toBe(true);
    await server.answers(failing);
    const contact = await lastContact();
    await server.answers(failing, 12); // its own client would look eleven times less often by now
    expect(flags.isEnabled(dualWrite, 'alice')).toBe(true);
    expect(flags.notReady()).toBeNull();
    expect(await lastContact()).toBe(contact);

    await server.answers(flagIs(false));
    expect(flags.isEnabled(dualWrite, 'alice')).toBe(false);
    expect(await lastContact()).toBeGreaterThan(contact);
  });
});

it('a flag server that never answers is given up on, and asked again', async () => {
  const server = await flagServer(() => {});
  const { flags } = flagsAt(server.url);
  await expect.poll(() => flags.notReady(), limit).toContain('did not answer in 5 s');
  await server.answers(flagIs(true));
  expect(flags.isEnabled(dualWrite)).toBe(true);
});

it('a token or an address is in none of the reasons', async () => {
  const { flags } = flagsAt('http://127.0.0.1:1/api');
  await expect.poll(() => flags.notReady(), limit).toContain('cannot be reached');
  expect(flags.notReady()).not.toMatch(/secret|127/);
});
