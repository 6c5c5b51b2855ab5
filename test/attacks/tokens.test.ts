import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { documentOf } from '../support/document.ts';
import { guardedRoutes, nameOf, send } from '../support/routes.ts';
import { createWorld, openService, type TestService, type World } from '../support/service.ts';
import { allScopes, audience, issuer } from '../support/tokens.ts';

let world: World;
let database: TestDatabase;
let service: TestService;
let stranger: CryptoKeyPair;

beforeAll(async () => {
  world = await createWorld();
  database = await cloneDatabase('expanded');
  service = await openService(world, database.url, '2.0');
  stranger = await generateKeyPair('ES256', { extractable: true });
});
afterAll(async () => {
  await service.close();
  await database.drop();
  await world.close();
});

type CryptoKeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

const now = () => Math.floor(Date.now() / 1000);
const good = () => ({
  sub: 'alice',
  scope: allScopes,
  iss: issuer,
  aud: audience,
  exp: now() + 3_600,
});
const header = { alg: 'ES256', kid: 'test' };

function signed(
  claims: Record<string, unknown>,
  head: Record<string, unknown> = {},
  key = world.tokens.keys.privateKey,
): Promise<string> {
  return new SignJWT({ ...good(), ...claims }).setProtectedHeader({ ...header, ...head }).sign(key);
}

/** The good token with one of its three parts changed. */
async function changed(part: number, change: (text: string) => string): Promise<string> {
  const parts = (await signed({})).split('.');
  return parts.map((text, at) => (at === part ? change(text) : text)).join('.');
}

const asMallory = (payload: string) => {
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return Buffer.from(JSON.stringify({ ...claims, sub: 'mallory' })).toString('base64url');
};
/** Not the last character: some of its bits are not part of the signature. */
const flipped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

async function hmacOf(secret: string, kid = 'test'): Promise<string> {
  const key = new TextEncoder().encode(secret.padEnd(32));
  return new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid }).sign(key);
}

const forged: Readonly<Record<string, () => Promise<string>>> = {
  'alg none': async () => new UnsecuredJWT(good()).encode(),
  'alg none with the signature of another token': async () =>
    new UnsecuredJWT(good()).encode() + (await signed({})).split('.')[2],
  'HS256, signed with the public key (PEM)': async () =>
    hmacOf(await exportSPKI(world.tokens.keys.publicKey)),
  'HS256, signed with the public key (JWK)': async () =>
    hmacOf(JSON.stringify(await exportJWK(world.tokens.keys.publicKey))),
  expired: () => signed({ exp: now() - 10 }),
  'not yet valid': () => signed({ nbf: now() + 60 }),
  'of another issuer': () => signed({ iss: 'https://evil.example' }),
  'for another audience': () => signed({ aud: 'bank' }),
  'without end': () => signed({ exp: undefined }),
  'without a customer': () => signed({ sub: undefined }),
  'with another payload': () => changed(1, asMallory),
  'with another signature': () => changed(2, flipped),
  'without a signature': () => changed(2, () => ''),
  'with another header': () =>
    changed(0, () =>
      Buffer.from(JSON.stringify({ ...header, alg: 'RS256' })).toString('base64url'),
    ),
  'of a key that is not known': () => signed({}, { kid: 'other' }, stranger.privateKey),
  'of a key that only calls itself known': () => signed({}, {}, stranger.privateKey),
  'that brings its own key (jwk)': async () =>
    signed({}, { jwk: await exportJWK(stranger.publicKey) }, stranger.privateKey),
  'that says where its key is (jku)': () =>
    signed({}, { jku: `${world.gateway.url}/jwks.json` }, stranger.privateKey),
  'that says where its certificate is (x5u)': () =>
    signed({}, { x5u: 'https://evil.example' }, stranger.privateKey),
  'whose key id is a path': () => signed({}, { kid: '../../dev/null' }, stranger.privateKey),
  'with an extension that must be understood': () =>
    new SignJWT(good())
      .setProtectedHeader({ ...header, crit: ['urn:ext'], 'urn:ext': 1 })
      .sign(world.tokens.keys.privateKey, { crit: { 'urn:ext': true } }),
  'longer than any': () => signed({ padding: 'x'.repeat(4_000) }),
  'encrypted instead of signed': async () => `${await signed({})}.a.b`,
};

describe('a token', () => {
  it.each(Object.keys(forged))('%s opens no route', async (what) => {
    const token = (await forged[what]?.()) ?? '';
    for (const route of guardedRoutes) {
      const answer = await send(service.url, route, { authorization: `Bearer ${token}` });
      expect(answer.status, nameOf(route)).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'unauthorized' });
    }
  });

  it.each(guardedRoutes.map((route) => [nameOf(route), route] as const))(
    'with every scope but the one of %s does not open it',
    async (_name, route) => {
      const others = allScopes.split(' ').filter((scope) => scope !== route.scope);
      for (const scope of [others.join(' '), '', route.scope.toUpperCase(), `${route.scope}s`]) {
        const authorization = `Bearer ${await signed({ scope })}`;
        const answer = await send(service.url, route, { authorization });
        expect(answer.status).toBe(403);
      }
    },
  );

  it('the proof can fail: a good one opens every route', async () => {
    const authorization = `Bearer ${await signed({})}`;
    for (const route of guardedRoutes) {
      const { status } = await send(service.url, route, { authorization });
      expect([200, 201, 404], nameOf(route)).toContain(status);
    }
  });

  it('is asked for by every route that the document does not call open', async () => {
    const { paths } = await documentOf(service.url);
    const guarded = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => Object.keys(operation.responses).includes('401'))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    expect(guarded.toSorted()).toEqual(guardedRoutes.map(nameOf).toSorted());
  });
});
