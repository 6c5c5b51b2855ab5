import type { ServerResponse } from 'node:http';

const PROBLEMS = {
  no_pool: [503, 'the router has no pool'],
  no_ready_replica: [503, 'no replica of the release is ready'],
  upstream_failed: [502, 'the replica did not answer'],
  upstream_timeout: [504, 'the replica did not answer in time'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/**
 * Answers in the replica's place with an RFC 9457 problem document. The header `x-release` names the
 * release that the request was meant for, so that the failure counts against it.
 */
export function sendProblem(
  response: ServerResponse,
  code: ProblemCode,
  { release, upstream }: { release?: string; upstream?: { id: string } | undefined } = {},
): void {
  const [status, title] = PROBLEMS[code];
  const body = JSON.stringify({ type: 'about:blank', title, status, code });
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...(release !== undefined && { 'x-release': release }),
    ...(upstream !== undefined && { 'x-upstream': upstream.id, 'x-replica': upstream.id }),
  });
  response.end(body);
}
