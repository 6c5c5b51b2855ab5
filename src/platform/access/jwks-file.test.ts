import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAuthenticate } from './auth.ts';
import { type KeyFile, KeyFileError, openKeyFile } from './jwks-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'scaleretail-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [first, second] = await Promise.all(['first', 'second'].map(createSigner));
if (first === undefined || second === undefined) throw new Error('no keys');

async function createSigner(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const header = { alg: 'ES256', kid };
  return {
    jwk: { ...(await exportJWK(publicKey)), ...header },
    secretJwk: { ...(await exportJWK(privateKey)), ...header },
    token: await new SignJWT()
      .setProtectedHeader(header)
      .setSubject(kid)
      .setIssuer('id')
      .setAudience('shop')
      .setExpirationTime('1h')
      .sign(privateKey),
  };
}

let files = 0;
let file: string;
beforeEach(() => {
  files += 1;
  file = join(folder, `${files}.json`);
});

/** At once: a file that is caught half written would be one more broken one. */
function write(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const listed = (...keys: object[]) => JSON.stringify({ keys });

/** What stands for the process: the file as it is now, and how a token fares. */
async function watched(text: string, pollMs: number) {
  writeFileSync(file, text);
  return opened(pollMs);
}

async function opened(pollMs: number) {
  const [onTaken, onBroken] = [vi.fn(), vi.fn()];
  const keyFile: KeyFile = await openKeyFile({ file, pollMs, onTaken, onBroken });
  onTestFinished(() => keyFile.close());
  const authenticate = createAuthenticate({ keyFile, issuer: 'id', audience: 'shop' });
  const ask = ({ token }: { token: string }) =>
    authenticate({ headers: { authorization: `Bearer ${token}` } } as FastifyRequest).then(
      ({ id }) => id,
      ({ code }) => code,
    );
  return { ask, onTaken, onBroken };
}

const never = 3_600_000;
const often = 5;
const soon = { timeout: 10_000, interval: 5 };

describe('at the start, a key file that', () => {
  it.each([
    ['is not there', null],
    ['is no JSON', '-----BEGIN PUBLIC KEY-----'],
    ['has no list', '{"key": 1}'],
    ['has an empty list', listed()],
    ['has no keys', '{"keys": [12]}'],
    ['has no usable key', listed({ ...first.jwk, x: 'AAAA' })],
    ['has a private key', listed(first.jwk, second.secretJwk)],
    ['has a shared secret', listed({ kty: 'oct', k: 'AAAA' }, first.jwk)],
  ])('%s is told by its name', async (_what, text) => {
    if (text !== null) writeFileSync(file, text);
    const opening = opened(never);
    await expect(opening).rejects.toThrow(KeyFileError);
    await expect(opening).rejects.toThrow(`JWT_JWKS_FILE is "${file}"`);
  });
});

describe('a key file that changes', () => {
  it('is taken over, and what was verified with a key that left it is forgotten', async () => {
    const { ask, onTaken } = await watched(listed(first.jwk), often);
    expect(await ask(first)).toBe('first');
    write(listed(second.jwk));
    await vi.waitUntil(() => onTaken.mock.calls.length === 1, soon);
    expect(await ask(first)).toBe('unauthorized');
    expect(await ask(second)).toBe('second');
  });

  it('is looked at out of turn for a key that is not known, but not for each', async () => {
    const { ask, onTaken } = await watched(listed(first.jwk), never);
    expect(await ask(second)).toBe('unauthorized');
    const clock = vi.spyOn(performance, 'now');
    onTestFinished(() => clock.mockRestore());
    const later = performance.now() + 1_001;
    write(listed(first.jwk, second.jwk));
    clock.mockReturnValue(later - 1_000);
    expect(await ask(second)).toBe('unauthorized');
    clock.mockReturnValue(later);
    expect(await ask(second)).toBe('second');
    expect(await ask(first)).toBe('first');
    expect(onTaken).toHaveBeenCalledOnce();
  });

  it('keeps the keys before it when it is broken, tells it once, and mends', async () => {
    const { ask, onTaken, onBroken } = await watched(listed(first.jwk), often);
    for (const broken of ['{"keys": [', listed(), listed({ ...second.jwk, y: '' })]) {
      const told = onBroken.mock.calls.length;
      write(broken);
      await vi.waitUntil(() => onBroken.mock.calls.length > told, soon);
      expect(await ask(first)).toBe('first');
    }
    rmSync(file);
    await vi.waitUntil(() => onBroken.mock.lastCall?.[0].message.includes('ENOENT'), soon);
    const told = onBroken.mock.calls.length;
    write(listed(second.jwk));
    await vi.waitUntil(() => onTaken.mock.calls.length === 1, soon);
    expect(onBroken).toHaveBeenCalledTimes(told);
    expect(await ask(first)).toBe('unauthorized');
    expect(await ask(second)).toBe('second');
  });

  it('may be a symlink below a folder that is swapped, as Kubernetes mounts a secret', async () => {
    const mount = join(folder, 'mount');
    const put = (name: string, text: string) => {
      mkdirSync(join(mount, name), { recursive: true });
      writeFileSync(join(mount, name, 'jwks.json'), text);
      symlinkSync(name, join(mount, '..data_tmp'));
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    put('..2026_01', listed(first.jwk));
    file = join(mount, 'jwks.json');
    symlinkSync(join('..data', 'jwks.json'), file);
    const { ask, onTaken } = await opened(often);
    expect(await ask(first)).toBe('first');
    put('..2026_02', listed(second.jwk));
    rmSync(join(mount, '..2026_01'), { recursive: true });
    await vi.waitUntil(() => onTaken.mock.calls.length === 1, soon);
    expect(await ask(first)).toBe('unauthorized');
    expect(await ask(second)).toBe('second');
  });
});
