import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { threadCpuMs } from '../threads/cpu.ts';
import { PortTakenError } from './errors.ts';
import { Pools } from './pools.ts';
import { sendProblem } from './problem.ts';
import { relay } from './relay.ts';
import type { RouterOptions, ServingRouter } from './types.ts';

// Longer than any client here keeps an idle connection, so that it is never closed under a request.
const KEEP_ALIVE_MS = 80_000;

/**
 * Serves in this thread: splits traffic by the customer's id in `x-customer-id`, without retries and
 * without falling over from one release to the other. Rejects with PortTakenError.
 */
export async function serve(options: RouterOptions = {}): Promise<ServingRouter> {
  const { port = 0, host = '127.0.0.1', healthIntervalMs = 100 } = options;
  // Below the load's 10 s, so that a request without an answer is still named by its release.
  const { upstreamTimeoutMs = 8_000 } = options;
  const pools = new Pools(healthIntervalMs);
  let phase = '';
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    // A connection that is busy when the server closes becomes idle here and would stay open.
    response.once('close', () => server.listening || server.closeIdleConnections());
    if (phase !== '') response.setHeader('x-rollout-phase', phase);
    const route = pools.route(String(request.headers['x-customer-id'] ?? ''));
    if (!route) return sendProblem(response, 'no_pool');
    const { release, upstream } = route;
    if (!upstream) return sendProblem(response, 'no_ready_replica', route);
    relay(request, response, { upstream, release }, upstreamTimeoutMs);
  });
  const taken = await listen(server, port, host);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
  return {
    url,
    publicUrl: url,
    port: taken,
    set: (next) => pools.set(next),
    phase(name) {
      phase = name;
    },
    stats: () => ({ replicas: pools.stats(), cpuMs: threadCpuMs() }),
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await pools.close();
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(port) : error),
    );
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}
