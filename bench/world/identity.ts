import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { customerId } from './shop.ts';

export interface Identity {
  /** The public key, where the service reads it. */
  readonly jwksFile: string;
  /** One for each customer, by index; they outlive the run. */
  readonly tokens: readonly string[];
}

/** Signs every customer in before anything is timed. */
export async function createIdentity(folder: string, customers: number): Promise<Identity> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwksFile = join(folder, 'bench-jwks.json');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256' };
  await writeFile(jwksFile, JSON.stringify({ keys: [jwk] }));
  const sign = (index: number) =>
    new SignJWT({ scope: 'orders:read orders:write payments:write' })
      .setProtectedHeader({ alg: 'ES256', kid: 'bench' })
      .setSubject(customerId(index))
      .setIssuer('https://id.scaleretail.example')
      .setAudience('scaleretail')
      .setIssuedAt()
      .setExpirationTime('12h')
      .sign(privateKey);
  const tokens = await Promise.all(Array.from({ length: customers }, (_, index) => sign(index)));
  return { jwksFile, tokens };
}
