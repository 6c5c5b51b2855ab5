export interface Config {
  readonly port: number;
  readonly host: string;
  readonly latencyMs: number;
  readonly ledgerFile: string | undefined;
}

/** An environment variable with a value that is not allowed. */
export class ConfigError extends Error {
  readonly variable: string;
  readonly value: string;

  constructor(variable: string, value: string, allowed: string) {
    super(`${variable} is '${value}': allowed is ${allowed}`);
    this.name = 'ConfigError';
    this.variable = variable;
    this.value = value;
  }
}

/** The only reader of the environment: PORT, HOST, LATENCY_MS, LEDGER_FILE. Throws ConfigError. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    port: integer(env, 'PORT', 4000, 65_535),
    host: env.HOST || '127.0.0.1',
    latencyMs: integer(env, 'LATENCY_MS', 5, 60_000),
    ledgerFile: env.LEDGER_FILE || undefined,
  };
}

function integer(env: NodeJS.ProcessEnv, name: string, unset: number, max: number): number {
  const text = env[name] ?? '';
  if (text === '') return unset;
  if (!/^\d{1,9}$/.test(text) || Number(text) > max)
    throw new ConfigError(name, text, `an integer from 0 to ${max}`);
  return Number(text);
}
