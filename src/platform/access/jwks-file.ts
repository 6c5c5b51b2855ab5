import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, importJWK, type JWK, type JWTVerifyGetKey } from 'jose';

/**
 * The algorithm that a key type is used with here. Asymmetric ones only: a service that verifies
 * must not be able to sign.
 */
const algorithmOf = new Map([
  ['EC', 'ES256'],
  ['OKP', 'EdDSA'],
  ['RSA', 'RS256'],
]);
export const algorithms = [...algorithmOf.values()];

/** Members of a JWK that only its owner may know (RFC 7518, section 6). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Strangers can ask for a look, with a token that names a key nobody has: not more often than this. */
const leastPauseMs = 1_000;

/** The key file cannot be read or is no JWKS. */
export class KeyFileError extends Error {
  constructor(file: string, reason: string) {
    super(`JWT_JWKS_FILE is "${file}": must be a JSON file {"keys": [...]} (${reason})`);
    this.name = 'KeyFileError';
  }
}

export interface KeyFileOptions {
  readonly file: string;
  /** Time between two looks at the file, in milliseconds. */
  readonly pollMs: number;
  /** Other keys count from now on. */
  readonly onTaken: () => void;
  /** The file cannot be used; the keys before it still count. Told once a reason. */
  readonly onBroken: (error: KeyFileError) => void;
}

export interface KeyFile {
  /** The keys that count now: another function from the moment when the file has other keys. */
  current(): JWTVerifyGetKey;
  /** Looks at the file out of turn, unless it was looked at a moment ago. */
  look(): Promise<void>;
  close(): void;
}

/**
 * Reads a file of public keys and goes on watching it.
 *
 * It is read again as a whole, and its text compared: a few kilobytes in five seconds, and neither
 * a symlink that is swapped (as Kubernetes updates a mounted secret) nor two changes within the
 * resolution of a modification time can be missed.
 *
 * @throws {KeyFileError} when the file cannot be used now.
 */
export async function openKeyFile(options: KeyFileOptions): Promise<KeyFile> {
  const { file, pollMs, onTaken, onBroken } = options;
  let text = await textOf(file);
  let keys = await keysOf(file, text);
  let lookedAt = performance.now();
  let looking: Promise<void> | undefined;
  let broken = '';

  async function take(): Promise<void> {
    try {
      const found = await textOf(file);
      if (found !== text) {
        keys = await keysOf(file, found);
        text = found;
        onTaken();
      }
      broken = '';
    } catch (error) {
      if (!(error instanceof KeyFileError)) throw error;
      if (error.message !== broken) onBroken(error);
      broken = error.message;
    }
  }

  /** One look at a time: who asks during one gets what it finds. */
  function look(): Promise<void> {
    lookedAt = performance.now();
    looking ??= take().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  const timer = setInterval(look, pollMs).unref();
  return {
    current: () => keys,
    async look() {
      if (looking !== undefined || performance.now() - lookedAt >= leastPauseMs) await look();
    },
    close: () => clearInterval(timer),
  };
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new KeyFileError(file, error.message);
  });
}

async function keysOf(file: string, text: string): Promise<JWTVerifyGetKey> {
  try {
    const keys = listOf(JSON.parse(text));
    const tried = await Promise.allSettled(keys.map((key) => importJWK(key, algorithmFor(key))));
    if (tried.every(({ status }) => status === 'rejected')) throw new Error('no key is usable');
    return createLocalJWKSet({ keys });
  } catch (error) {
    throw new KeyFileError(file, (error as Error).message);
  }
}

function algorithmFor(key: JWK): string | undefined {
  return algorithmOf.get(key.kty ?? '');
}

function listOf(parsed: unknown): JWK[] {
  const keys: unknown = (parsed as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || !keys.every(isObject) || keys.length === 0) {
    throw new Error('it has no key in a list "keys"');
  }
  if (keys.some((key) => privateMembers.some((member) => member in key))) {
    throw new Error('it has a key that is not public');
  }
  return keys;
}

function isObject(value: unknown): value is JWK {
  return typeof value === 'object' && value !== null;
}
