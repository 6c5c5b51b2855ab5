import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { inject } from 'vitest';

export const issuer = 'https://id.scaleretail.example';
export const audience = 'scaleretail';
export const allScopes = 'orders:read orders:write payments:write';

export interface TokenMaker {
  readonly jwksFile: string;
  /** For tokens that no identity provider would sign. */
  readonly keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
  /** A token for a customer; `claims` and `expires` override what makes it a good one. */
  sign(
    customer: string,
    options?: { scope?: string; expires?: string; iss?: string },
  ): Promise<string>;
  remove(): void;
}

/** A key pair with its public half in a file, as an identity provider would publish it. */
export async function createTokens(): Promise<TokenMaker> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const folder = mkdtempSync(join(inject('scratchFolder'), 'keys-'));
  const jwksFile = join(folder, 'jwks.json');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256' };
  writeFileSync(jwksFile, JSON.stringify({ keys: [jwk] }));
  return {
    jwksFile,
    keys: { publicKey, privateKey },
    sign: (customer, { scope = allScopes, expires = '1h', iss = issuer } = {}) =>
      new SignJWT({ scope })
        .setProtectedHeader({ alg: 'ES256', kid: 'test' })
        .setSubject(customer)
        .setIssuer(iss)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
