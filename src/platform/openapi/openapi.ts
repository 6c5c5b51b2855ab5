import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { RouteOptions } from 'fastify';
import type { App } from '../http/http.ts';
import { completeDocument, type Document, type Extras, extrasKey } from './openapi-document.ts';
import type { ProblemTable } from './openapi-problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Codes of the problems that this route can end in and others of its kind can not. */
    problems?: readonly string[];
  }
}

const description = `Orders and payments. Every POST takes an \`Idempotency-Key\`: the same key and
the same body give the same answer again. Errors are problem documents (RFC 9457) with a stable
\`code\`. Every answer names the release that gave it in \`x-release\`.`;

/** What the document says beyond the schemas of the routes. */
export interface ApiDescription {
  readonly release: string;
  /** Whether answers to customers have fields that are on their way out. */
  readonly deprecates: boolean;
  /** Whether answers to customers say in which phases of which changes they were given. */
  readonly tellsPhases: boolean;
  readonly problems: ProblemTable;
  readonly implied: (route: RouteOptions) => string[];
}

/** OpenAPI 3.1 of the routes that are registered after this, as a page at /docs and JSON below. */
export async function registerOpenApi(app: App, api: ApiDescription): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'ScaleRetail', version: api.release, description },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
      security: [{ bearer: [] }],
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: { ...schema, [extrasKey]: extrasOf(route, api) },
    }),
    transformObject: (found) => {
      if (!('openapiObject' in found)) throw new Error('this is no OpenAPI document');
      const { openapiObject } = found;
      return completeDocument(openapiObject as Document, api.problems) as typeof openapiObject;
    },
  });
  await app.register(async (docs) => {
    await docs.register(helmet, { contentSecurityPolicy: false });
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      // It knows the hashes of its own inline scripts and styles.
      staticCSP: true,
      transformStaticCSP: withoutUpgrade,
    });
  });
}

/** Over plain HTTP, as in development, a browser that upgrades finds nothing of the page. */
function withoutUpgrade(policy: string): string {
  return policy.replace(/ *upgrade-insecure-requests;?/, '');
}

function extrasOf(route: RouteOptions, api: ApiDescription): Extras {
  const { config = {}, schema = {} } = route;
  const deprecates = api.deprecates && config.scope !== undefined;
  const tellsPhases = api.tellsPhases && config.scope !== undefined;
  return {
    implied: api.implied(route),
    own: config.problems ?? [],
    headers: {
      ...(deprecates && { deprecation: true, sunset: true }),
      // Not before it is known whose request it is.
      ...(tellsPhases && { 'x-phases': false }),
      // Only where the answer is one that was given before.
      ...(schema.headers !== undefined && { 'idempotency-replayed': false }),
    },
  };
}
