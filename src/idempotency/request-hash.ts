import { createHash } from 'node:crypto';
import { Problem } from '../platform/http/problems.ts';

/** No body that means something has a fourth level; 64 KiB of brackets would overflow the stack. */
const deepest = 32;

/** Lists in lists beyond all measure, where no schema looks at the body. */
export class BodyTooDeepProblem extends Problem {
  readonly status = 400;
  readonly code = 'invalid-request';
  readonly title = 'Invalid request';

  constructor() {
    super(`The body is nested more than ${deepest} levels deep.`);
  }
}

/**
 * Hash of what makes two requests the same: method, path, and body whatever its key order.
 *
 * @throws {BodyTooDeepProblem}
 */
export function hashRequest(method: string, path: string, body: unknown): string {
  return createHash('sha256')
    .update(`${method} ${path}\n${canonical(body, deepest)}`)
    .digest('base64url');
}

function canonical(value: unknown, levels: number): string {
  if (levels === 0) throw new BodyTooDeepProblem();
  if (Array.isArray(value)) return `[${value.map((v) => canonical(v, levels - 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v, levels - 1)}`).join(',')}}`;
}
