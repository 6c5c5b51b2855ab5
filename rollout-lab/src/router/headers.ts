import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

// RFC 9110 section 7.6.1 and RFC 2616 section 13.5.1. `expect` was answered by the server already.
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Decides by a header's lower-case name whether it ends at this hop. */
function endsHere(connection: string | string[] | undefined): (name: string) => boolean {
  if (connection === undefined) return (name) => HOP_BY_HOP.has(name);
  const named = new Set(
    String(connection)
      .toLowerCase()
      .split(/[\s,]+/),
  );
  return (name) => HOP_BY_HOP.has(name) || named.has(name);
}

/** A request's headers for the replica: name, value, name, value …, as they came. */
export function requestHeaders({ rawHeaders, headers, socket }: IncomingMessage): string[] {
  const drop = endsHere(headers.connection);
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = [rawHeaders[i], rawHeaders[i + 1]];
    const lower = name.toLowerCase();
    if (lower !== 'x-forwarded-for' && !drop(lower)) kept.push(name, value);
  }
  const chain = [headers['x-forwarded-for'], socket.remoteAddress].filter(Boolean).join(', ');
  if (chain) kept.push('x-forwarded-for', chain);
  return kept;
}

/** A replica's answer's headers for the client. */
export function responseHeaders(
  headers: IncomingHttpHeaders,
  replica: string,
): OutgoingHttpHeaders {
  const drop = endsHere(headers.connection);
  const kept: OutgoingHttpHeaders = {};
  for (const name in headers) {
    if (!drop(name)) kept[name] = headers[name];
  }
  kept['x-replica'] = replica;
  return kept;
}
