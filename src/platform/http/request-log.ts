import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logs } from '../logging.ts';
import { routeOf } from './request-metrics.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Code of the problem document that answered it. */
    problemCode?: string;
    /** Id of the trace that it is part of, when there are traces. */
    traceId?: string;
  }
  interface FastifyContextConfig {
    /** What machines ask every few seconds: its answers are logged at level debug. */
    quiet?: boolean;
  }
}

/**
 * One line for an answer. It has the route and not the path, and no customer: whose request it was
 * is in the database, and logs are copied to where more people read them.
 */
export function logRequest(
  logAnswer: Logs['logAnswer'],
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { id: reqId, problemCode: code, traceId } = request;
  const ms = Math.round(reply.elapsedTime * 100) / 100;
  const fields = { reqId, ...routeOf(request), status: reply.statusCode, code, ms, traceId };
  logAnswer(request.routeOptions.config.quiet ? 'debug' : 'info', fields);
}

export function registerRequestLog(app: FastifyInstance, logAnswer: Logs['logAnswer']): void {
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(logAnswer, request, reply);
    done();
  });
}
