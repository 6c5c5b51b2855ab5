import type { ChargeRequest, ChargeResult, RefundRequest, RefundResult } from './gateway.ts';

/** What came of one try that was not answered in a way that can be relied on. */
export type NoAnswer = 'timeout' | 'unreachable' | 'failed' | 'foreign';

/** One try without an answer that can be relied on; what was asked for may have happened. */
export class NoAnswerError extends Error {
  readonly kind: NoAnswer;
  /** Whether the same request, a moment later, may be answered. */
  readonly again: boolean;

  constructor(kind: NoAnswer, message: string, again: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'NoAnswerError';
    this.kind = kind;
    this.again = again;
  }
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** A request to the gateway, and how its answer is read. */
export interface Operation<Result> {
  readonly name: 'charge' | 'refund';
  readonly path: string;
  readonly key: string;
  readonly requestId: string | undefined;
  readonly body: object;
  /** What an answer to this request has to repeat. */
  readonly echo: object;
  /** The result of a success; null for one that means nothing known. */
  read(told: Fields): Result | null;
  /** The result when the gateway says that the request itself is wrong. */
  readonly refused: Result;
}

const refused = { status: 'refused' } as const;

type Fields = Readonly<Record<string, unknown>>;

/** The answers that say that the request itself is wrong; any other 4xx is about something else. */
const refusals = new Set([400, 402, 422]);
/** Busy, overloaded or not there for a moment; other failures are the same a moment later. */
const passes = (status: number): boolean => [408, 409, 425, 429].includes(status) || status >= 500;

export function chargeOperation(request: ChargeRequest): Operation<ChargeResult> {
  const { key, requestId, orderId, amount, cardToken } = request;
  const body = { reference: orderId, amountMinor: amount.minor, currency: amount.currency };
  return {
    name: 'charge',
    path: '/v1/charges',
    key,
    requestId,
    body: { ...body, token: cardToken },
    echo: { key, ...body },
    read: ({ id, status }) =>
      typeof id === 'string' && (status === 'captured' || status === 'declined')
        ? { status, chargeId: id }
        : null,
    refused,
  };
}

export function refundOperation(request: RefundRequest): Operation<RefundResult> {
  const { key, requestId, chargeId, amount } = request;
  const body = { chargeId, amountMinor: amount.minor, currency: amount.currency };
  return {
    name: 'refund',
    path: '/v1/refunds',
    key,
    requestId,
    body,
    echo: { key, ...body },
    read: ({ id, status }) =>
      typeof id === 'string' && status === 'succeeded' ? { status, refundId: id } : null,
    refused,
  };
}

/**
 * What the gateway's answer says. A refusal and a success count only if they repeat what was asked:
 * on a connection that is out of step, an answer is somebody else's, and believing it would mark an
 * order paid that was not, or refused one that was.
 *
 * @throws {NoAnswerError} for anything that cannot be relied on.
 */
export function readAnswer<Result>(
  operation: Operation<Result>,
  { status, body }: RawAnswer,
): Result {
  const isRefusal = refusals.has(status);
  if (!isRefusal && (status < 200 || status >= 300)) {
    throw new NoAnswerError('failed', `the gateway answered ${status}`, passes(status));
  }
  const told = parse(body);
  const { key } = operation;
  if (!repeats(told, isRefusal ? { key } : operation.echo)) {
    throw new NoAnswerError('foreign', 'the gateway answered another request than this', true);
  }
  if (isRefusal) return operation.refused;
  const result = operation.read(told);
  if (result === null) throw new NoAnswerError('failed', 'the answer means nothing known', false);
  return result;
}

function parse(body: string): Fields {
  try {
    const told: unknown = JSON.parse(body);
    return typeof told === 'object' && told !== null ? { ...told } : {};
  } catch {
    return {};
  }
}

const repeats = (told: Fields, asked: object): boolean =>
  Object.entries(asked).every(([name, value]) => told[name] === value);
