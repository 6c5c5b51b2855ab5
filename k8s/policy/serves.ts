import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { buildGateServer } from '../../src/cli/gate-server/app.ts';
import { createHealth, registerHealth } from '../../src/platform/http/health.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import type { Container } from './pod-template.ts';
import { programOf } from './programs.ts';

/** What a replica answers beside its API, registered as a replica does; nothing listens here. */
function buildOperations(): FastifyInstance {
  const app: FastifyInstance = Fastify();
  registerHealth(app, createHealth([]), createMetrics('1.0'));
  return app;
}

function buildGates(): FastifyInstance {
  return buildGateServer({
    ask: () => Promise.reject(new Error('nobody asks')),
    token: undefined,
    limitMs: 0,
    log: pino({ level: 'silent' }),
  });
}

const servers = { service: buildOperations(), gate: buildGates() };

/** Whether the program of a container answers a path; null where it is none of this project's. */
export function serves(container: Container, path: string): boolean | null {
  const program = programOf(container);
  if (program !== 'service' && program !== 'gate') return null;
  return servers[program].hasRoute({ method: 'GET', url: path });
}

/** Whether the gates are asked at a path. */
export function gateAnswers(path: string): boolean {
  return servers.gate.hasRoute({ method: 'GET', url: path });
}
