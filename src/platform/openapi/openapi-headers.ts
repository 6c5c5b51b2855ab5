import { securityHeaders } from '../http/security-headers.ts';

type SecurityHeader = keyof typeof securityHeaders;
const forSecurity = Object.keys(securityHeaders) as SecurityHeader[];

/** Headers that answers have, as the document describes them. */
const headers = {
  'x-release': { schema: { type: 'string' }, description: 'The release that answered.' },
  'x-request-id': {
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
    description: 'The id of the request: that of the caller, or one made here.',
  },
  'retry-after': {
    schema: { type: 'integer', minimum: 1 },
    description: 'Seconds to wait before the request is repeated.',
  },
  'ratelimit-limit': {
    schema: { type: 'integer', minimum: 1 },
    description: 'Requests that a customer may send in a window.',
  },
  'ratelimit-remaining': {
    schema: { type: 'integer', const: 0 },
    description: 'Requests that are left in this window.',
  },
  'ratelimit-reset': {
    schema: { type: 'integer', minimum: 1 },
    description: 'Seconds until the next window.',
  },
  'www-authenticate': {
    schema: { type: 'string', pattern: '^Bearer' },
    description: 'How to sign in (RFC 6750).',
  },
  allow: {
    schema: { type: 'string', pattern: '^[A-Z]+(, [A-Z]+)*$' },
    description: 'The methods that the path knows (RFC 9110).',
  },
  'idempotency-replayed': {
    schema: { type: 'string', const: 'true' },
    description: 'This is the answer that was given the first time.',
  },
  'x-phases': {
    schema: { type: 'string', pattern: '^[a-z-]+=[a-z-]+(, [a-z-]+=[a-z-]+)*$' },
    description: 'The phase of the request in each change of the schema that flags decide on.',
  },
  deprecation: {
    schema: { type: 'string', pattern: '^@\\d+$' },
    description: 'Since when the fields of older releases are deprecated (RFC 9745).',
  },
  sunset: {
    schema: { type: 'string' },
    description: 'Until when the fields of older releases are there (RFC 8594).',
  },
} as const;

export type HeaderName = keyof typeof headers | SecurityHeader;

/** Every answer has them. */
const everywhere: readonly HeaderName[] = ['x-release', 'x-request-id', ...forSecurity];

/** Which headers an answer has beside those of every answer, and whether it always has them. */
export type Headers = Readonly<Partial<Record<HeaderName, boolean>>>;

/** The headers of one answer: the certain ones by reference. */
export function headersOf(names: Headers) {
  return Object.fromEntries([
    ...everywhere.map((name) => [name, referTo(name)]),
    ...(Object.keys(names) as HeaderName[]).map((name) => [
      name,
      names[name] === true ? referTo(name) : described[name],
    ]),
  ]);
}

const described: Readonly<Record<HeaderName, object>> = {
  ...headers,
  'cache-control': always('cache-control'),
  'content-security-policy': always('content-security-policy'),
  'strict-transport-security': always('strict-transport-security'),
  'x-content-type-options': always('x-content-type-options'),
};

function always(name: SecurityHeader) {
  return {
    schema: { type: 'string', const: securityHeaders[name] },
    description: 'The same in every answer: see OWASP’s cheat sheet for REST.',
  };
}

const referTo = (name: HeaderName) => ({ $ref: `#/components/headers/${name}` });

/** What the references point to. */
export function headerComponents() {
  const entries = Object.entries(described).map(([name, header]) => [
    name,
    { ...header, required: true },
  ]);
  return Object.fromEntries(entries);
}
