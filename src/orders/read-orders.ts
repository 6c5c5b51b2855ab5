import type { ChangeName, Phases, Tracker } from '../changes/changes.ts';
import type { Cache } from '../platform/cache/cache.ts';
import { NotFoundProblem } from '../platform/http/problems.ts';
import type { Database } from '../platform/postgres/database.ts';
import { liveCacheShapes, type Release } from '../releases.ts';
import type { Order } from './order.ts';
import { compareOrder, findOrder, listOrders, orderChanges } from './store.ts';

export interface ReadDeps {
  readonly database: Database;
  readonly cache: Cache;
  readonly tracker: Tracker;
  readonly release: Release;
}

/** Who reads, and in which phase. */
export interface Reader {
  readonly customerId: string;
  readonly phases: Phases;
}

/** A UUID may come in capitals too, and one order must have one key. */
function cacheKey(shape: number, id: string): string {
  return `order:v${shape}:${id.toLowerCase()}`;
}

/** Forgets an order in every shape that some release may still read. */
export async function forgetOrder(cache: Cache, id: string): Promise<void> {
  if (cache.shared) await cache.invalidate(liveCacheShapes.map((shape) => cacheKey(shape, id)));
}

/** @throws {NotFoundProblem} when there is no such order, or it is somebody else's. */
export async function readOrder(deps: ReadDeps, reader: Reader, id: string): Promise<Order> {
  const load = () => {
    deps.tracker.didRead(reader.phases, orderChanges);
    return findOrder(deps.database, reader.phases, id, reader.customerId);
  };
  for (const change of orderChanges) {
    if (deps.tracker.shadows(reader.phases, change, reader.customerId)) {
      await compare(deps, change, id);
    }
  }
  const order = deps.cache.shared
    ? await deps.cache.getOrLoad(cacheKey(deps.release.cacheShape, id), load)
    : await load();
  if (order === null || order.customerId !== reader.customerId) {
    throw new NotFoundProblem('order', id);
  }
  return order;
}

async function compare(deps: ReadDeps, change: ChangeName, id: string): Promise<void> {
  for (const outcome of await compareOrder(deps.database, change, id)) {
    deps.tracker.didCompare(change, outcome);
  }
}

/** A page of a customer's orders, newest first; `next` is the cursor of the page after it. */
export async function readOrders(
  deps: ReadDeps,
  reader: Reader,
  page: { before: string | null; limit: number },
): Promise<{ orders: Order[]; next: string | null }> {
  deps.tracker.didRead(reader.phases, orderChanges);
  const { customerId, phases } = reader;
  // One more than asked for tells whether there is a next page.
  const found = await listOrders(deps.database, phases, {
    ...page,
    customerId,
    limit: page.limit + 1,
  });
  const orders = found.slice(0, page.limit);
  const last = orders.at(-1);
  return { orders, next: found.length > page.limit && last !== undefined ? last.id : null };
}
