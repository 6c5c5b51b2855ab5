import { once } from 'node:events';
import { pino } from 'pino';
import { ConfigError } from '../platform/process/fields.ts';
import { lastBegun } from '../schema-change/change-releases.ts';
import { askGateOf } from '../schema-change/gate/gates.ts';
import { type GateFlags, gateOptions } from './gate.ts';
import { buildGateServer } from './gate-server/app.ts';
import { isLoopback } from './gate-server/token.ts';
import { changeOf, type Work } from './session.ts';

interface ServeFlags extends GateFlags {
  readonly host: string;
  readonly port: number;
  /** In seconds. */
  readonly timeout: number;
}

/** Answers for the gates over HTTP until it is told to end, then finishes what it has begun to answer. */
export const runServe: Work<ServeFlags> = async (session, flags) => {
  const { config, pool, output, signal } = session;
  const { host, port } = flags;
  if (config.gateToken === undefined && !isLoopback(host)) {
    throw new ConfigError([
      `GATE_TOKEN is not set: without it only this machine may ask, and --host is "${host}"`,
    ]);
  }
  const app = buildGateServer({
    token: config.gateToken,
    limitMs: flags.timeout * 1000,
    log: pino({ level: 'info' }, pino.destination(2)),
    async ask(gate) {
      const change = await changeOf(pool, flags, lastBegun);
      return askGateOf(gate, pool, change, gateOptions(session, flags));
    },
  });
  const address = await app.listen({ host, port });
  output.say(`the gates are at ${address}/gates`);
  if (!signal.aborted) await once(signal, 'abort');
  await app.close();
  return 0;
};
