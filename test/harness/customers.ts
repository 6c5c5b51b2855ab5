import { writeFile } from 'node:fs/promises';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface Customer {
  readonly id: string;
  /** Good for longer than any run. */
  readonly token: string;
}

/**
 * Plays the identity provider: a key pair for this run, its public half in `jwksFile`, and every
 * customer signed in.
 */
export async function createCustomers(jwksFile: string, count: number): Promise<Customer[]> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'run', alg: 'ES256' };
  await writeFile(jwksFile, JSON.stringify({ keys: [jwk] }));
  const ids = Array.from({ length: count }, (_, index) => `customer-${index}`);
  return Promise.all(ids.map(async (id) => ({ id, token: await sign(id, privateKey) })));
}

function sign(customer: string, key: CryptoKey): Promise<string> {
  return new SignJWT({ scope: 'orders:read orders:write payments:write' })
    .setProtectedHeader({ alg: 'ES256', kid: 'run' })
    .setSubject(customer)
    .setIssuer('https://id.scaleretail.example')
    .setAudience('scaleretail')
    .setExpirationTime('12h')
    .sign(key);
}
