import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type Authenticate, createAuthenticate, requireScope } from './auth.ts';
import { openKeyFile } from './jwks-file.ts';

const issuer = 'https://id.example';
const audience = 'shop';
const now = Date.parse('2026-01-01T00:00:00Z');
const inSeconds = (seconds: number) => now / 1000 + seconds;

const folder = mkdtempSync(join(tmpdir(), 'scaleretail-auth-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
const stranger = await generateKeyPair('ES256');
const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' };
// A key whose algorithm the service does not take, although the file has it.
const unlisted = await generateKeyPair('ES384', { extractable: true });
const unlistedJwk = { ...(await exportJWK(unlisted.publicKey)), kid: 'unlisted', alg: 'ES384' };
const file = join(folder, 'jwks.json');
writeFileSync(file, JSON.stringify({ keys: [jwk, unlistedJwk] }));
const ignore = () => {};
const keyFile = await openKeyFile({ file, pollMs: 60_000, onTaken: ignore, onBroken: ignore });
afterAll(() => keyFile.close());
const authenticate = createAuthenticate({ keyFile, issuer, audience });

const good: JWTPayload = {
  sub: 'alice',
  iss: issuer,
  aud: audience,
  exp: inSeconds(60),
  scope: 'orders:read orders:write',
};

function sign(claims: JWTPayload, key = privateKey): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(key);
}

function ask(authorization: string | undefined): ReturnType<Authenticate> {
  return authenticate({ headers: { authorization } } as FastifyRequest);
}

const unauthorized = { status: 401, code: 'unauthorized' };

/** The clock stands at `now` plus so many seconds. */
function at(seconds: number): void {
  vi.useFakeTimers({ now: now + seconds * 1000, toFake: ['Date'] });
}
afterEach(() => void vi.useRealTimers());

it('takes a good token', async () => {
  at(0);
  const customer = await ask(`Bearer ${await sign(good)}`);
  expect(customer).toEqual({ id: 'alice', scopes: new Set(['orders:read', 'orders:write']) });
  expect(() => requireScope(customer, 'orders:write')).not.toThrow();
});

describe('refuses', () => {
  const { sub: _, ...nameless } = good;
  const { exp: __, ...endless } = good;
  const claims: readonly [string, JWTPayload][] = [
    ['another issuer', { ...good, iss: 'https://elsewhere.example' }],
    ['another audience', { ...good, aud: 'bank' }],
    ['an expired token', { ...good, exp: inSeconds(-60) }],
    ['a token of the future', { ...good, nbf: inSeconds(60) }],
    ['a token without end', endless],
    ['a token without a customer', nameless],
    ['an empty customer', { ...good, sub: '' }],
    ['a customer that is no text', { ...good, sub: 7 as unknown as string }],
    ['a customer with a NUL', { ...good, sub: 'al\0ice' }],
    ['a customer too long for an index', { ...good, sub: 'a'.repeat(256) }],
  ];
  it.each(claims)('%s', async (_what, payload) => {
    at(0);
    await expect(ask(`Bearer ${await sign(payload)}`)).rejects.toMatchObject(unauthorized);
  });

  it('algorithm none', async () => {
    at(0);
    const unsigned = new UnsecuredJWT(good).encode();
    for (const token of [unsigned, unsigned.slice(0, -1)]) {
      await expect(ask(`Bearer ${token}`)).rejects.toMatchObject(unauthorized);
    }
  });

  it('HS256 with the public key as the secret', async () => {
    at(0);
    const secrets = [await exportSPKI(publicKey), JSON.stringify(jwk), jwk.x ?? ''];
    for (const secret of secrets) {
      const token = await new SignJWT(good)
        .setProtectedHeader({ alg: 'HS256', kid: 'k' })
        .sign(new TextEncoder().encode(secret.padEnd(32)));
      await expect(ask(`Bearer ${token}`)).rejects.toMatchObject(unauthorized);
    }
  });

  it('an algorithm that is not on the list', async () => {
    at(0);
    const token = await new SignJWT(good)
      .setProtectedHeader({ alg: 'ES384', kid: 'unlisted' })
      .sign(unlisted.privateKey);
    await expect(ask(`Bearer ${token}`)).rejects.toMatchObject(unauthorized);
  });

  it('the key of a stranger', async () => {
    at(0);
    const token = await sign(good, stranger.privateKey);
    await expect(ask(`Bearer ${token}`)).rejects.toMatchObject(unauthorized);
  });

  it('a token that is longer than any', async () => {
    at(0);
    const padded = (length: number) => sign({ ...good, padding: 'x'.repeat(length) });
    await expect(ask(`Bearer ${await padded(2_500)}`)).resolves.toMatchObject({ id: 'alice' });
    await expect(ask(`Bearer ${await padded(3_500)}`)).rejects.toMatchObject(unauthorized);
  });

  it('a token that was changed after it was signed', async () => {
    at(0);
    const [head, , signature] = (await sign(good)).split('.');
    const claimed = Buffer.from(JSON.stringify({ ...good, sub: 'bob' })).toString('base64url');
    const tampered = `Bearer ${head}.${claimed}.${signature}`;
    await expect(ask(tampered)).rejects.toMatchObject(unauthorized);
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b', 'Bearer x'])(
    'the header "%s"',
    async (header) => {
      await expect(ask(header)).rejects.toMatchObject(unauthorized);
    },
  );

  it('what the token’s scopes do not allow', async () => {
    at(0);
    const customer = await ask(`Bearer ${await sign({ ...good, scope: 'orders:reader' })}`);
    expect(() => requireScope(customer, 'orders:read')).toThrow('lacks the scope orders:read');
    const { scope: ___, ...unscoped } = good;
    const nobody = await ask(`Bearer ${await sign(unscoped)}`);
    expect(nobody.scopes.size).toBe(0);
  });
});

describe('a token that was verified before', () => {
  it('is known again without another look at its signature, until it expires', async () => {
    at(0);
    const token = `Bearer ${await sign({ ...good, sub: 'cached' })}`;
    const first = await ask(token);
    expect(await ask(token)).toBe(first);
    at(59);
    expect(await ask(token)).toBe(first);
    // Clocks may differ by five seconds: it is looked at again, and still taken.
    at(61);
    expect(await ask(token)).toEqual(first);
    at(66);
    await expect(ask(token)).rejects.toThrow('The token has expired.');
  });
});
