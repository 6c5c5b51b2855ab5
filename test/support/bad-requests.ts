import { randomUUID } from 'node:crypto';

export interface BadRequest {
  readonly what: string;
  readonly body?: unknown;
  readonly path?: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Record<string, string | undefined>;
  readonly status: number;
  readonly code: string;
  readonly field?: string;
}

export const line = { sku: 'mug', quantity: 1 };
export const order = (...items: object[]) => ({ items });
const to = (shippingAddress: unknown) => ({ ...order(line), shippingAddress });
const id = randomUUID();

/** Orders that name something wrong, and the field that has to be named in the answer. */
const badOrders: readonly BadRequest[] = [
  ['quantity 0', order({ ...line, quantity: 0 }), '/items/0/quantity'],
  ['quantity as text', order({ ...line, quantity: '3' }), '/items/0/quantity'],
  ['quantity beyond all measure', order({ ...line, quantity: 1e9 }), '/items/0/quantity'],
  ['half a piece', order(line, { ...line, quantity: 1.5 }), '/items/1/quantity'],
  ['a negative quantity', order({ ...line, quantity: -1 }), '/items/0/quantity'],
  ['no quantity', order({ sku: 'mug' }), '/items/0/quantity'],
  ['a currency that is not sold in', { ...order(line), currency: 'XAU' }, '/currency'],
  ['an address of three parts', to('1 High Street, London, GB'), '/shippingAddress'],
  ['an address of five parts', to('Flat 2, 1 High Street, E1, London, GB'), '/shippingAddress'],
  ['an address without a street', to(', E1, London, GB'), '/shippingAddress'],
  ['an address with a NUL', to('1\0, E1, London, GB'), '/shippingAddress'],
  ['an address with two lines', to('1\n2, E1, London, GB'), '/shippingAddress'],
  ['a country by its name', to('1 High Street, E1, London, Britain'), '/shippingAddress'],
  ['an endless street', to(`${'x'.repeat(101)}, E1, London, GB`), '/shippingAddress'],
  ['an empty address', to(''), '/shippingAddress'],
  ['no address', to(null), '/shippingAddress'],
  ['an extra field', { ...order(line), total: '0.01' }, '/total'],
  ['an extra field of a line', order({ ...line, unitPrice: '0.01' }), '/items/0/unitPrice'],
  ['no items', {}, '/items'],
  ['empty items', order(), '/items'],
  ['51 items', order(...Array.from({ length: 51 }, () => line)), '/items'],
  ['an empty SKU', order({ ...line, sku: '' }), '/items/0/sku'],
  ['a SKU with a NUL', order({ ...line, sku: 'mug\0' }), '/items/0/sku'],
  ['a list', [line], '/'],
  ['null', null, '/'],
].map(([what, body, field]) => ({
  what: String(what),
  body,
  status: 400,
  code: 'invalid-request',
  field: String(field),
}));

export const badRequests: readonly BadRequest[] = [
  ...badOrders,
  {
    what: 'an unknown SKU',
    body: order(line, { ...line, sku: 'unicorn' }),
    status: 422,
    code: 'unknown-sku',
    field: '/items/1/sku',
  },
  {
    what: 'more than there is',
    body: order(line, { sku: 'rare', quantity: 4 }),
    status: 409,
    code: 'out-of-stock',
    field: '/items/1/quantity',
  },
  { what: '10 MB', body: 'x'.repeat(10 * 1024 * 1024), status: 413, code: 'body-too-large' },
  { what: 'JSON that ends early', body: '{"items":[', status: 400, code: 'invalid-json' },
  { what: 'no body', body: '', status: 400, code: 'invalid-json' },
  ...['text/plain', 'application/xml', 'application/x-www-form-urlencoded', undefined].map(
    (type) => ({
      what: `content type ${type}`,
      body: JSON.stringify(order(line)),
      headers: { 'content-type': type },
      status: 415,
      code: 'unsupported-media-type',
    }),
  ),
  ...[undefined, '', 'a key with blanks', 'x'.repeat(256)].map((key) => ({
    what: `Idempotency-Key ${key?.slice(0, 20)}`,
    body: order(line),
    headers: { 'idempotency-key': key },
    status: 400,
    code: 'invalid-request',
    field: 'idempotency-key',
  })),
  ...['', 'Bearer nonsense', undefined].map((authorization) => ({
    what: `authorization ${authorization}`,
    body: order(line),
    headers: { authorization },
    status: 401,
    code: 'unauthorized',
  })),
  ...['1', `${id}0`, id.replaceAll('-', ''), '%00'].flatMap((bad) => [
    invalidPath('GET', `/v1/orders/${bad}`, 'id'),
    invalidPath('POST', `/v1/orders/${bad}/cancel`, 'id'),
    invalidPath('GET', `/v1/payments/${bad}`, 'id'),
  ]),
  ...['cursor=', 'cursor=zz', `cursor=${'~'.repeat(22)}`, 'cursor=a&cursor=b'].map((query) =>
    invalidPath('GET', `/v1/orders?${query}`, 'cursor'),
  ),
  ...['limit=0', 'limit=101', 'limit=-1', 'limit=ten', 'limit=1.5', 'limit='].map((query) =>
    invalidPath('GET', `/v1/orders?${query}`, 'limit'),
  ),
  invalidPath('GET', '/v1/orders?customer=bob', 'customer'),
  invalidPath('GET', '/v1/products/%00', 'sku'),
  invalidPath('GET', '/v1/products?cursor=%00', 'cursor'),
  {
    ...invalidPath('POST', `/v1/orders/${id}/payments`, '/token'),
    what: 'a card token with a NUL',
    body: { token: 'tok\0' },
  },
  { ...invalidPath('GET', '/v1/orders/%zz', ''), status: 400, code: 'invalid-url' },
  {
    ...invalidPath('GET', `/v1/products/${'x'.repeat(101)}`, ''),
    status: 414,
    code: 'url-too-long',
  },
  { ...invalidPath('GET', '/v1/nothing', ''), status: 404, code: 'route-not-found' },
  { ...invalidPath('PUT', '/v1/orders', ''), status: 405, code: 'method-not-allowed' },
  { ...invalidPath('DELETE', `/v1/orders/${id}`, ''), status: 405, code: 'method-not-allowed' },
];

function invalidPath(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  field: string,
): BadRequest {
  const body = method === 'POST' ? { body: {} } : {};
  const named = field === '' ? {} : { field };
  const what = `${method} ${path.slice(0, 60)}`;
  return { what, method, path, ...body, ...named, status: 400, code: 'invalid-request' };
}
