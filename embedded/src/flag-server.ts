import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { type FlagChange, type FlagDefinition, FlagStore, UnknownFlagError } from './flag-store.ts';

export {
  type FlagChange,
  type FlagDefinition,
  InvalidRolloutError,
  UnknownFlagError,
} from './flag-store.ts';

export interface FlagServerOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** Asked for in the header `authorization` of every request. Absent or empty: everybody may. */
  readonly token?: string;
  readonly flags: readonly FlagDefinition[];
}

export interface FlagServer {
  /** The value for UNLEASH_URL; ends with `/api`. */
  readonly url: string;
  readonly token: string;
  /**
   * Gives the flag as it is now; clients see it at their next poll. Throws UnknownFlagError or
   * InvalidRolloutError.
   */
  set(name: string, change: FlagChange): FlagDefinition;
  get(): FlagDefinition[];
  /** The instance ids of the clients that registered: those that report metrics. */
  clients(): string[];
  close(): Promise<void>;
}

/** What PUT /flags/:name takes. */
const CHANGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    enabled: { type: 'boolean' },
    rollout: { type: 'number', minimum: 0, maximum: 100 },
  },
};

const REGISTRATION_SCHEMA = {
  type: 'object',
  required: ['instanceId'],
  properties: { instanceId: { type: 'string' } },
};

/**
 * Starts a small server on 127.0.0.1 that speaks the client protocol of Unleash to the real
 * `unleash-client`, and has `GET /flags` and `PUT /flags/:name` for people. It keeps nothing.
 * Throws InvalidRolloutError, or what listening throws (EADDRINUSE).
 */
export async function startFlagServer(options: FlagServerOptions): Promise<FlagServer> {
  const { port = 0, token = '', flags } = options;
  const store = new FlagStore(flags);
  const clients = new Set<string>();
  const app = fastify({
    // Clients keep their connections open for the next poll; closing must not wait for them.
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  if (token !== '') requireToken(app, token);
  addClientRoutes(app, store, clients);
  addPeopleRoutes(app, store);
  await app.listen({ host: '127.0.0.1', port });
  const address = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/api`,
    token,
    set: (name, change) => store.change(name, change),
    get: () => store.all(),
    clients: () => [...clients],
    close: () => app.close(),
  };
}

function requireToken(app: FastifyInstance, token: string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization === token) return;
    await reply.code(401).send({ message: 'The header authorization must hold the token.' });
  });
}

/** https://docs.getunleash.io/api-overview: what a server-side SDK calls. */
function addClientRoutes(app: FastifyInstance, store: FlagStore, clients: Set<string>): void {
  app.get('/api/client/features', async (request, reply) => {
    const { body, etag } = store.document();
    reply.header('etag', etag);
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('application/json').send(body);
  });
  app.post<{ Body: { instanceId: string } }>(
    '/api/client/register',
    { schema: { body: REGISTRATION_SCHEMA } },
    async ({ body }, reply) => {
      clients.add(body.instanceId);
      return reply.code(202).send();
    },
  );
  app.post('/api/client/metrics', async (_request, reply) => reply.code(202).send());
}

function addPeopleRoutes(app: FastifyInstance, store: FlagStore): void {
  app.get('/flags', async () => store.all());
  app.put<{ Params: { name: string }; Body: FlagChange }>(
    '/flags/:name',
    { schema: { body: CHANGE_SCHEMA } },
    async ({ params, body }, reply) => {
      try {
        return store.change(params.name, body);
      } catch (error) {
        if (!(error instanceof UnknownFlagError)) throw error;
        return reply.code(404).send({ message: error.message, known: error.known });
      }
    },
  );
}
