import { sqlState } from '../postgres/postgres.ts';
import { ConfigError } from './fields.ts';

/** Exit codes of sysexits.h and of the commands, with what they say to a script. */
export const exitCodes = { failed: 1, usage: 2, refused: 3, stopped: 4, config: 78 } as const;

interface ListenError extends Error {
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
}

/** What listening fails with, told by the variable that cures it. */
const listenErrors: Readonly<Record<string, (error: ListenError) => string>> = {
  'listen EADDRINUSE': ({ address, port }) =>
    `PORT ${port} on ${address} is taken: choose another one, or stop what listens there`,
  'listen EACCES': ({ port }) => `PORT ${port} needs rights that this user does not have`,
  'listen EADDRNOTAVAIL': ({ address }) => `HOST ${address} is no address of this machine`,
  'getaddrinfo ENOTFOUND': ({ hostname }) => `HOST ${hostname} has no address`,
};

/** Errors of the language and of its own making: a fault in the code, whose place must be told. */
const programming = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/** The driver's words, which it gives no code, for a connection that ended under a statement. */
const lostConnection = /^Connection terminated|is not queryable/;

/** Anything that is expected to go wrong at start is told in a sentence; only the rest has a stack. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { syscall = '' } = error as NodeJS.ErrnoException;
  const code = sqlState(error);
  const listening = listenErrors[`${syscall} ${code}`];
  if (listening !== undefined) return listening(error);
  if (code === undefined && lostConnection.test(error.message)) {
    return 'the connection to the database was lost; what was committed stays, run it again';
  }
  const unexpected = programming.has(error.name) && code === undefined;
  return unexpected ? (error.stack ?? error.message) : error.message;
}

const codesByName: Readonly<Record<string, number>> = {
  ConfigError: exitCodes.usage,
  CannotLintError: exitCodes.usage,
  FaultsError: exitCodes.usage,
  KeyFileError: exitCodes.usage,
  PooledConnectionError: exitCodes.usage,
  RefusedToRunError: exitCodes.config,
  GateRefusedError: exitCodes.refused,
  BackfillRefusedError: exitCodes.refused,
  BrownoutRefusedError: exitCodes.refused,
  RightsRemainError: exitCodes.refused,
  RollbackRefusedError: exitCodes.refused,
};

export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return exitCodes.usage;
  return error instanceof Error ? (codesByName[error.name] ?? exitCodes.failed) : exitCodes.failed;
}
