import { writeFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Customer } from '../load/types.ts';
import { customerId } from './seed.ts';

export interface Identity {
  /** The public key, where the service reads it. */
  readonly jwksFile: string;
  /** One for each customer, with a token that outlives the run. */
  readonly customers: readonly Customer[];
}

const issuer = 'https://id.scaleretail.example';
const audience = 'scaleretail';
const scope = 'orders:read orders:write payments:write';

/** Plays the identity provider: a key pair for this run, and every customer signed in. */
export async function createIdentity(jwksFile: string, count: number): Promise<Identity> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'lab', alg: 'ES256' };
  await writeFile(jwksFile, JSON.stringify({ keys: [jwk] }));
  const signIn = async (index: number): Promise<Customer> => {
    const id = customerId(index);
    const token = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'ES256', kid: 'lab' })
      .setSubject(id)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('12h')
      .sign(privateKey);
    return { id, token };
  };
  const customers = await Promise.all(Array.from({ length: count }, (_, index) => signIn(index)));
  return { jwksFile, customers };
}
