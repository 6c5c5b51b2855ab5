import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { App } from './http.ts';

const description = `Orders and payments. Every POST takes an \`Idempotency-Key\`: the same key and
the same body give the same answer again. Errors are problem documents (RFC 9457) with a stable
\`code\`. Every answer names the release that gave it in \`x-release\`.`;

/** OpenAPI 3.1 of the routes that are registered after this, as a page at /docs and JSON below. */
export async function registerOpenApi(app: App, release: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'ScaleRetail', version: release, description },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
      security: [{ bearer: [] }],
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
}
