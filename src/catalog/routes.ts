import { Type } from 'typebox';
import type { Cache } from '../platform/cache/cache.ts';
import { type App, closed, NextCursor, Sku } from '../platform/http/http.ts';
import { NotFoundProblem } from '../platform/http/problems.ts';
import type { Database } from '../platform/postgres/database.ts';
import type { Release } from '../releases.ts';
import { findProduct, listProducts, type Product } from './store.ts';

export interface CatalogDeps {
  readonly database: Database;
  readonly cache: Cache;
  readonly release: Release;
}

const pageSize = 50;

const ProductSchema = Type.Object(
  {
    sku: Type.String(),
    name: Type.String(),
    inStock: Type.Boolean(),
    // `Type.Record` would look each name up by an expression when it is serialised.
    prices: Type.Unsafe<Readonly<Record<string, string>>>({
      type: 'object',
      additionalProperties: { type: 'string', pattern: '^\\d+(\\.\\d+)?$' },
      description: 'Price of one piece by currency; may be finer than the smallest coin.',
    }),
  },
  { ...closed, title: 'Product', description: 'A product.' },
);

const ProductPage = Type.Object(
  { products: Type.Array(ProductSchema, { maxItems: pageSize }), next: NextCursor },
  { ...closed, title: 'ProductPage', description: 'Products in the order of their SKU.' },
);

const PageQuery = Type.Object({ cursor: Type.Optional(Sku) }, { additionalProperties: false });

const SkuParams = Type.Object({ sku: Sku });

const tags = ['catalog'];

export function registerCatalog(app: App, deps: CatalogDeps): void {
  const { database, cache, release } = deps;
  const { currencies } = release;

  app.get(
    '/v1/products',
    {
      schema: {
        operationId: 'listProducts',
        tags,
        summary: 'List products',
        security: [],
        querystring: PageQuery,
        response: { 200: ProductPage },
      },
    },
    async (request) => {
      const after = request.query.cursor ?? null;
      const found = await listProducts(database, { after, limit: pageSize + 1, currencies });
      const products = found.slice(0, pageSize);
      return { products, next: found.length > pageSize ? (products.at(-1)?.sku ?? null) : null };
    },
  );

  app.get(
    '/v1/products/:sku',
    {
      config: { problems: ['product-not-found'] },
      schema: {
        operationId: 'readProduct',
        tags,
        summary: 'Read a product',
        security: [],
        params: SkuParams,
        response: { 200: ProductSchema },
      },
    },
    async (request) => {
      const { sku } = request.params;
      // Releases that sell in other currencies see other products under the same SKU.
      const key = `product:v${release.cacheShape}:${currencies.join('+')}:${sku}`;
      const product = await cache.getOrLoad<Product>(key, () =>
        findProduct(database, sku, currencies),
      );
      if (product === null) throw new NotFoundProblem('product', sku);
      return product;
    },
  );
}
