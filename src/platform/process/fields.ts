import { readFileSync } from 'node:fs';

/** Reads one variable's text; throws a `TypeError` that says what is allowed. */
export type Reader<T> = (text: string) => T;

export interface Field<T> {
  readonly name: string;
  readonly read: Reader<T>;
  readonly means: string;
  /** Text taken when the variable is not set; without it the variable is required. */
  readonly otherwise?: string;
  /**
   * How a wrong value is shown when it may hold a secret. Such a variable can be given by a file: its
   * name with `_FILE` holds the file's path, which is how orchestrators hand secrets over.
   */
  readonly mask?: (text: string) => string;
}

export type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

/** What a table of fields is read into. */
export type Configured<F> = {
  readonly [K in keyof F]: F[K] extends { readonly read: Reader<infer T> } ? T : never;
};

/** One or more variables are missing or wrong. `problems` has a line for each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration is wrong:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export const text: Reader<string> = (value) => value;

/** Text that nobody guesses, without what would have to be escaped in a header or a URL. */
export function secret(shortest: number): Reader<string> {
  return (value) => {
    if (value.length < shortest || !/^[\w.~-]+$/.test(value)) {
      throw new TypeError(`at least ${shortest} characters of A-Z a-z 0-9 . _ ~ -`);
    }
    return value;
  };
}

export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value) => (value === '' ? undefined : read(value));
}

export function oneOf<T extends string>(allowed: readonly T[]): Reader<T> {
  return (value) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new TypeError(`one of ${allowed.join(', ')}`);
    return found;
  };
}

export function name(longest: number): Reader<string> {
  return (value) => {
    if (value.length > longest || !/^[\w.-]+$/.test(value)) {
      throw new TypeError(`up to ${longest} characters of A-Z a-z 0-9 . _ -`);
    }
    return value;
  };
}

export function whole(least: number, most: number): Reader<number> {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new TypeError(`a whole number from ${least} to ${most}`);
    }
    return number;
  };
}

export const share: Reader<number> = (value) => {
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(value)) throw new TypeError('a share from 0 to 1');
  return Number(value);
};

export function url(...protocols: readonly string[]): Reader<string> {
  return (value) => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new TypeError(`a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    }
    return value;
  };
}

/** Values separated by commas; an empty text is none. */
export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value) => (value === '' ? [] : value.split(',').map((part) => read(part.trim())));
}

/**
 * The URL with its password hidden. Text with no host to take a password from (a URL without its
 * scheme, a list of `key=value`) is hidden as a whole when it may hold one.
 */
export function maskUrl(value: string): string {
  const parsed = URL.parse(value);
  if (parsed === null || parsed.host === '') return /[@=]/.test(value) ? '***' : value;
  if (parsed.password !== '') parsed.password = '***';
  if (parsed.searchParams.has('password')) parsed.searchParams.set('password', '***');
  return parsed.toString();
}

/** @throws {ConfigError} naming every wrong or missing variable at once. */
export function readFields<T>(fields: Fields<T>, env: NodeJS.ProcessEnv): T {
  const problems: string[] = [];
  const values: Partial<T> = {};
  for (const key of Object.keys(fields) as (keyof T)[]) {
    try {
      values[key] = readField(fields[key], givenFor(fields[key], env));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values as T;
}

/** The variable's text; for one that may hold a secret, that of the file that is named instead. */
function givenFor<T>({ name, mask }: Field<T>, env: NodeJS.ProcessEnv): string | undefined {
  const file = env[`${name}_FILE`] ?? '';
  if (mask === undefined || file === '') return env[name];
  if ((env[name] ?? '') !== '')
    throw new TypeError(`${name} and ${name}_FILE are both set: take one`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TypeError(`${name}_FILE is "${file}": cannot be read (${code})`);
  }
}

function readField<T>(field: Field<T>, given: string | undefined): T {
  // An empty variable is how shells and compose files say "not set".
  const value = given === undefined || given === '' ? field.otherwise : given;
  if (value === undefined) throw new TypeError(`${field.name} is not set: ${field.means}`);
  try {
    return field.read(value);
  } catch (error) {
    const shown = field.mask === undefined ? value : field.mask(value);
    throw new TypeError(`${field.name} is "${shown}": must be ${(error as Error).message}`);
  }
}
