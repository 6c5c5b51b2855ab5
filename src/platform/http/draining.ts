import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Health } from './health.ts';

/** A client that has not sent its whole request so long after the close began never will. */
const lastWordsMs = 1_000;

/**
 * Ends the connections of a replica that drains without ending a request. Each answer closes the
 * connection that it goes over: one that a client keeps open would carry requests right into the
 * close. Connections that nobody is being answered on are cut after a while: `server.close` waits
 * for them for ever, for one that was opened ahead of its first request too.
 */
export function registerDraining(app: FastifyInstance, health: Health): void {
  const cutUnused = followConnections(app.server);
  app.addHook('onSend', async (_request, reply) => {
    if (health.draining()) reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    setTimeout(cutUnused, lastWordsMs).unref();
  });
}

/** Gives a function that destroys every connection without a whole request under way. */
function followConnections(server: Server): () => void {
  const current = new Map<Socket, IncomingMessage | null>();
  server.on('connection', (socket) => {
    current.set(socket, null);
    socket.once('close', () => current.delete(socket));
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    current.set(socket, request);
    response.once('close', () => {
      if (current.get(socket) === request) current.set(socket, null);
    });
  });
  return () => {
    for (const [socket, request] of current) if (request?.complete !== true) socket.destroy();
  };
}
