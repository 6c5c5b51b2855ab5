import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { type Program, startProgram } from './program.ts';

const script = new URL('../../gateway-sandbox/server.ts', import.meta.url);

/** Another process may hold the port for a moment while the gateway is away. */
const startTries = 20;
const pauseMs = 250;

export interface GatewayProcess {
  readonly url: string;
  /** Ends it as a power cut would, and starts it again on the same port with the same ledger. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

/** The sandbox gateway as a process, its ledger in a file. */
export async function startGatewayProcess(
  ledgerFile: string,
  env: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> {
  const port = await findFreePort();
  const settings = { ...env, PORT: String(port), LEDGER_FILE: ledgerFile };
  let current: Program;
  let closed = false;

  async function start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      current = startProgram(script, 'the gateway', settings);
      try {
        await current.address;
        return;
      } catch (error) {
        if (closed || attempt === startTries) throw error;
        await sleep(pauseMs);
      }
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    current.child.kill(signal);
    await current.ended;
  }

  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    async crash() {
      await end('SIGKILL');
      await start();
    },
    async close() {
      closed = true;
      await end('SIGKILL');
    },
  };
}
