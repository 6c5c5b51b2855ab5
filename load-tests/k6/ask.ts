import { check } from 'k6';
import exec from 'k6/execution';
import http, { type RefinedResponse } from 'k6/http';
import { Rate, Trend } from 'k6/metrics';
import type { Customer } from '../companion.ts';
import { noRelease, type Operation } from './limits.ts';
import { shop } from './settings.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A request of a customer; with a body it is a POST. */
export interface Request {
  readonly operation: Operation;
  readonly customer: Customer;
  readonly path: string;
  readonly success: 200 | 201;
  readonly key?: string;
  readonly body?: object;
}

// k6's own metrics get their tags before a request is sent; these are told by its answer.
const durations = new Trend('answer_duration', true);
const failed = new Rate('answer_failed');

/**
 * Sends requests and measures each answer with the release that gave it, the phase, the side of the
 * flag, and what was asked. A phase that is not one of `phases` counts as the first of them.
 */
export const asker =
  (phases: readonly string[]) =>
  /** The fields of an answer that has the status of success; null for every other. */
  (request: Request): Fields | null => {
    const { operation, success } = request;
    const answer = send(request);
    const drawn = request.customer.early ? 'early' : 'evenly';
    const tags = { ...tagsOf(answer, phases), operation, drawn };
    durations.add(answer.timings.duration, tags);
    failed.add(answer.status !== success, tags);
    check(
      answer,
      { [`${operation} answers ${success}`]: ({ status }) => status === success },
      tags,
    );
    return answer.status === success ? (answer.json() as Fields) : null;
  };

function send({ operation, customer, path, key, body }: Request): RefinedResponse<'text'> {
  const headers = {
    authorization: `Bearer ${customer.token}`,
    'x-customer-id': customer.id,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(key !== undefined && { 'idempotency-key': key }),
  };
  const [method, text] = body === undefined ? ['GET', null] : ['POST', JSON.stringify(body)];
  const tags = { name: operation };
  return http.request(method as string, `${shop}${path}`, text, {
    headers,
    tags,
    responseType: 'text',
  });
}

/** The stage of a script that has stages, or else what the answer says of the rollout. */
function tagsOf({ headers }: RefinedResponse<'text'>, phases: readonly string[]) {
  const candidates = [exec.scenario.name, headers['X-Rollout-Phase'], phases[0]];
  return {
    release: headers['X-Release'] ?? noRelease,
    phase: candidates.find((phase) => phase !== undefined && phases.includes(phase)) ?? 'none',
    variant: /-read-new\b/.test(headers['X-Phases'] ?? '') ? 'new' : 'old',
  };
}
