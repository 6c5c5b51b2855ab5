import { readFileSync } from 'node:fs';
import type { FastifyRequest } from 'fastify';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { Problem } from './problems.ts';

/** Who asks, and what they may do. */
export interface Customer {
  readonly id: string;
  readonly scopes: ReadonlySet<string>;
}

export type Scope = 'orders:read' | 'orders:write' | 'payments:write';

/** Asymmetric ones only: a service that verifies must not be able to sign. */
const algorithms = ['ES256', 'EdDSA', 'RS256'];
/** Clocks of two machines may differ by this much. */
const clockToleranceSeconds = 5;
const rememberedTokens = 10_000;

export class UnauthorizedProblem extends Problem {
  readonly status = 401;
  readonly code = 'unauthorized';
  readonly title = 'Not signed in';
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
  readonly jwksFile: string;
  readonly issuer: string;
  readonly audience: string;
}

/** A customer whose token was good, and until when it is (milliseconds since 1970). */
interface Verified {
  readonly customer: Customer;
  readonly until: number;
}

/** The key file cannot be read or is no JWKS. */
export class KeyFileError extends Error {
  constructor(file: string, reason: string) {
    super(`JWT_JWKS_FILE is "${file}": must be a JSON file {"keys": [...]} (${reason})`);
    this.name = 'KeyFileError';
  }
}

/**
 * Verifies bearer tokens against the public keys in a file.
 *
 * @throws {KeyFileError} when the file is not there or not a JWKS.
 */
export function createAuthenticate(options: AuthOptions): Authenticate {
  const keys = readKeys(options.jwksFile);
  // A signature check costs more than the rest of a read. What was verified stays true until the
  // token expires, so it is looked up by the whole token.
  const verified = new LRUCache<string, Verified>({ max: rememberedTokens });
  return async (request) => {
    const token = bearer(request.headers.authorization);
    const known = verified.get(token);
    if (known !== undefined && known.until > Date.now()) return known.customer;
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      issuer: options.issuer,
      audience: options.audience,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['sub', 'exp'],
    }).catch(refuse);
    const customer = customerOf(payload);
    verified.set(token, { customer, until: (payload.exp ?? 0) * 1000 });
    return customer;
  };
}

/** @throws {MissingScopeProblem} unless the customer has the scope. */
export function requireScope(customer: Customer, scope: Scope): void {
  if (!customer.scopes.has(scope)) throw new MissingScopeProblem(scope);
}

function readKeys(file: string): ReturnType<typeof createLocalJWKSet> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isKeySet(parsed)) throw new Error('it has no key in a list "keys"');
    return createLocalJWKSet(parsed);
  } catch (error) {
    throw new KeyFileError(file, (error as Error).message);
  }
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  if (typeof value !== 'object' || value === null || !('keys' in value)) return false;
  return Array.isArray(value.keys) && value.keys.length > 0;
}

function bearer(header: string | undefined): string {
  const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(header ?? '') ?? [];
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
  if (typeof id !== 'string' || id === '') refuse(null);
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((s) => s !== '') : [];
  return { id, scopes: new Set(scopes) };
}
