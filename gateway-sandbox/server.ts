import type { AddressInfo } from 'node:net';
import { buildGateway } from './app.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { LedgerFileError } from './ledger-file.ts';

export interface GatewayOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** From a charge to its answer; default 5. */
  latencyMs?: number;
  /** From a charge with `tok_late` to its answer; default 10,000, longer than callers wait. */
  lateMs?: number;
  /** File that the ledger is kept in, and read from at start; default none. */
  ledgerFile?: string | undefined;
}

export interface Gateway {
  readonly url: string;
  /** Answers what is in flight, then stops. */
  close(): Promise<void>;
}

/** Starts the stand-in acquirer. Rejects with the listen error (`EADDRINUSE` …) or LedgerFileError. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const { port = 0, host = '127.0.0.1', latencyMs = 5, lateMs = 10_000, ledgerFile } = options;
  const app = buildGateway({ latencyMs, lateMs, ledgerFile });
  try {
    await app.listen({ port, host });
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port: taken } = app.server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${taken}`, close: () => app.close() };
}

const LISTEN_ERRORS: Record<string, (port: number, host: string) => string> = {
  EADDRINUSE: (port) => `PORT ${port} is taken: stop what listens there or set another PORT.`,
  EACCES: (port) => `PORT ${port} needs rights that this user does not have: set one above 1023.`,
  EADDRNOTAVAIL: (_, host) => `HOST '${host}' is not an address of this machine.`,
  ENOTFOUND: (_, host) => `HOST '${host}' has no address.`,
};

function fail(sentence: string, exitCode: 1 | 2): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}

function configure(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message, 2);
    throw error;
  }
}

async function main(): Promise<void> {
  const config = configure();
  const gateway = await startGateway(config).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof LedgerFileError) fail(`${error.message}.`, 2);
    const sentence = LISTEN_ERRORS[error.code ?? ''];
    if (sentence) fail(sentence(config.port, config.host), 1);
    throw error;
  });
  process.stdout.write(`${JSON.stringify({ msg: 'gateway-sandbox listens', url: gateway.url })}\n`);
  const stop = () => gateway.close().then(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

if (import.meta.main) await main();
