import { randomUUID } from 'node:crypto';
import type { Scope } from '../../src/platform/access/auth.ts';

export interface GuardedRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly scope: Scope;
  readonly body?: object;
}

const id = randomUUID();

/** Every route that belongs to a customer. A test holds it equal to the OpenAPI document. */
export const guardedRoutes: readonly GuardedRoute[] = [
  {
    method: 'POST',
    path: '/v1/orders',
    scope: 'orders:write',
    body: { items: [{ sku: 'mug', quantity: 1 }] },
  },
  { method: 'GET', path: '/v1/orders', scope: 'orders:read' },
  { method: 'GET', path: `/v1/orders/${id}`, scope: 'orders:read' },
  { method: 'POST', path: `/v1/orders/${id}/cancel`, scope: 'orders:write', body: {} },
  {
    method: 'POST',
    path: `/v1/orders/${id}/payments`,
    scope: 'payments:write',
    body: { token: 'tok_visa' },
  },
  { method: 'GET', path: `/v1/payments/${id}`, scope: 'orders:read' },
  { method: 'POST', path: `/v1/payments/${id}/refunds`, scope: 'payments:write', body: {} },
];

/** `POST /v1/orders/{id}/cancel`, as the document writes it. */
export function nameOf({ method, path }: GuardedRoute): string {
  return `${method} ${path.replace(id, '{id}')}`;
}

let keys = 0;

/** Sends a request to a route, with whatever headers are given beside those that it needs. */
export function send(
  url: string,
  route: Pick<GuardedRoute, 'method' | 'path' | 'body'>,
  headers: Record<string, string> = {},
): Promise<Response> {
  keys += 1;
  const { method, path, body } = route;
  return fetch(url + path, {
    method,
    headers: {
      ...(method === 'POST' && { 'idempotency-key': `attack-${process.pid}-${keys}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
