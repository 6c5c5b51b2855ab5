import type { FastifyRequest } from 'fastify';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { Problem } from '../http/problems.ts';
import { algorithms, type KeyFile } from './jwks-file.ts';

/** Who asks, and what they may do. */
export interface Customer {
  readonly id: string;
  readonly scopes: ReadonlySet<string>;
}

export type Scope = 'orders:read' | 'orders:write' | 'payments:write';

/** Clocks of two machines may differ by this much. */
const clockToleranceSeconds = 5;
const rememberedTokens = 10_000;
/** Four times what a token with an RSA signature and a dozen claims needs; bounds what is remembered. */
const longestToken = 4_096;
/** A customer's id is part of an index entry in the database. */
const customerIds = /^[^\p{Cc}]{1,255}$/u;

export class UnauthorizedProblem extends Problem {
  readonly status = 401;
  readonly code = 'unauthorized';
  readonly title = 'Not signed in';
  override readonly headers = { 'www-authenticate': 'Bearer' };
}

export class MissingScopeProblem extends Problem {
  readonly status = 403;
  readonly code = 'missing-scope';
  readonly title = 'Not allowed';

  constructor(scope: Scope) {
    super(`The token lacks the scope ${scope}.`);
  }
}

export type Authenticate = (request: FastifyRequest) => Promise<Customer>;

export interface AuthOptions {
  readonly keyFile: KeyFile;
  readonly issuer: string;
  readonly audience: string;
}

/** A customer whose token was good, and until when it is (milliseconds since 1970). */
interface Verified {
  readonly customer: Customer;
  readonly until: number;
}

/** What was verified with certain keys: forgotten with them, so that a key that goes counts no more. */
interface Known {
  readonly keys: JWTVerifyGetKey;
  readonly tokens: LRUCache<string, Verified>;
}

/**
 * Verifies bearer tokens against the public keys in a file. A token that names a key which is not
 * there makes the file be looked at again.
 */
export function createAuthenticate({ keyFile, issuer, audience }: AuthOptions): Authenticate {
  const expected = {
    algorithms,
    issuer,
    audience,
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['sub', 'exp'],
  };
  let remembered = knownWith(keyFile.current());

  function known(): Known {
    const keys = keyFile.current();
    if (keys !== remembered.keys) remembered = knownWith(keys);
    return remembered;
  }

  async function verify(token: string, { keys, tokens }: Known): Promise<Customer> {
    const { payload } = await jwtVerify(token, keys, expected);
    const customer = customerOf(payload);
    tokens.set(token, { customer, until: (payload.exp ?? 0) * 1000 });
    return customer;
  }

  return async (request) => {
    const token = bearer(request.headers.authorization);
    // A signature check costs more than the rest of a read. What was verified stays true until the
    // token expires, so it is looked up by the whole token.
    const before = known().tokens.get(token);
    if (before !== undefined && before.until > Date.now()) return before.customer;
    try {
      return await verify(token, known());
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) refuse(error);
    }
    await keyFile.look();
    return verify(token, known()).catch(refuse);
  };
}

function knownWith(keys: JWTVerifyGetKey): Known {
  return { keys, tokens: new LRUCache({ max: rememberedTokens }) };
}

/** @throws {MissingScopeProblem} unless the customer has the scope. */
export function requireScope(customer: Customer, scope: Scope): void {
  if (!customer.scopes.has(scope)) throw new MissingScopeProblem(scope);
}

function bearer(header: string | undefined): string {
  const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(header ?? '') ?? [];
  if (token !== undefined && token.length > longestToken) refuse(null);
  if (token === undefined) {
    throw new UnauthorizedProblem('Send the header "Authorization: Bearer <token>".');
  }
  return token;
}

function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw new UnauthorizedProblem('The token has expired.');
  throw new UnauthorizedProblem('The token is not valid.');
}

function customerOf(payload: JWTPayload): Customer {
  const { sub: id, scope } = payload;
  if (typeof id !== 'string' || !customerIds.test(id)) refuse(null);
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((s) => s !== '') : [];
  return { id, scopes: new Set(scopes) };
}
