import { ConfigError } from './fields.ts';
import { sqlState } from './postgres.ts';

/** Exit codes of sysexits.h and of the commands, with what they say to a script. */
export const exitCodes = { failed: 1, usage: 2, refused: 3, config: 78 } as const;

/** Anything that is expected to go wrong at start is told in a sentence; only the rest has a stack. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = sqlState(error);
  if (code === 'EADDRINUSE') {
    const { address, port } = error as Error & { address?: string; port?: number };
    return `port ${port} on ${address} is taken: choose another one with PORT`;
  }
  const expected = error.name !== 'Error' || code !== undefined;
  return expected && !(error instanceof TypeError) ? error.message : (error.stack ?? error.message);
}

const codesByName: Readonly<Record<string, number>> = {
  ConfigError: exitCodes.usage,
  FaultsError: exitCodes.usage,
  KeyFileError: exitCodes.usage,
  RefusedToRunError: exitCodes.config,
  GateRefusedError: exitCodes.refused,
  BackfillRefusedError: exitCodes.refused,
  BrownoutRefusedError: exitCodes.refused,
};

export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return exitCodes.usage;
  return error instanceof Error ? (codesByName[error.name] ?? exitCodes.failed) : exitCodes.failed;
}
