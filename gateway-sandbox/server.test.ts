import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startGateway } from './server.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

function run(env: Record<string, string>) {
  const file = fileURLToPath(new URL('./server.ts', import.meta.url));
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  const exit = once(child, 'exit').then(([code]) => code as number);
  return { child, exit, stderr: text(child.stderr) };
}

describe('startGateway', () => {
  it('listens on a free port and stops', async () => {
    const gateway = await startGateway({ latencyMs: 0 });
    expect(await (await fetch(`${gateway.url}/livez`)).json()).toEqual({ status: 'ok' });
    await gateway.close();
    await expect(fetch(`${gateway.url}/livez`)).rejects.toThrow();
  });

  it('is not kept from stopping by whom it lets wait', async () => {
    const gateway = await startGateway({ latencyMs: 0, lateMs: 600_000 });
    const charge = (token: string, nth: number) =>
      fetch(`${gateway.url}/v1/charges`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `${token}-${nth}` },
        body: JSON.stringify({ reference: 'order-1', amountMinor: 1, currency: 'USD', token }),
      }).then(
        (answer) => answer.status,
        () => 'cut',
      );
    const late = [1, 2, 3].map((nth) => charge('tok_late', nth));
    const ignored = [1, 2, 3].map((nth) => charge('tok_timeout', nth));
    await vi.waitFor(async () => {
      const answer = await fetch(`${gateway.url}/v1/charges`);
      const { charges } = (await answer.json()) as { charges: unknown[] };
      expect(charges).toHaveLength(3);
    });
    await gateway.close();
    expect(await Promise.all(late)).toEqual([201, 201, 201]);
    expect(await Promise.all(ignored)).toEqual(['cut', 'cut', 'cut']);
  });
});

describe('the process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'logs one line, and ends with 0 on %s',
    async (signal) => {
      const { child, exit } = run({ PORT: '0' });
      const [line] = await once(child.stdout, 'data');
      const { url } = JSON.parse(String(line));
      expect((await fetch(`${url}/livez`)).status).toBe(200);
      child.kill(signal);
      expect(await exit).toBe(0);
    },
  );

  it.each([
    ['PORT', '70000'],
    ['PORT', '4000x'],
    ['LATENCY_MS', '-1'],
  ])('refuses %s=%s by name, with what is allowed', async (name, value) => {
    const { exit, stderr } = run({ [name]: value });
    expect(await exit).toBe(2);
    expect(await stderr).toMatch(new RegExp(`^${name} is '${value}': allowed is an integer`));
  });

  it('names PORT in one sentence when it is taken', async () => {
    const other = await startGateway();
    const { port } = new URL(other.url);
    const { exit, stderr } = run({ PORT: port });
    expect(await exit).toBe(1);
    expect(await stderr).toMatch(new RegExp(`^PORT ${port} is taken: .*\\.\n$`));
    await other.close();
  });
});
