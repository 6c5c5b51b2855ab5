import { Type } from 'typebox';

/** A field of the request and what is wrong with it. */
export interface FieldError {
  /** JSON pointer into the body, or the name of a parameter or header. */
  readonly field: string;
  readonly message: string;
}

/** A failure that a caller is told about. Each kind owns its status and its stable code. */
export abstract class Problem extends Error {
  abstract readonly status: number;
  abstract readonly code: string;
  abstract readonly title: string;
  readonly errors: readonly FieldError[] = [];
  readonly retryAfterSeconds: number | undefined = undefined;
  /** Whether a status from 500 on is worth a line in the log for each request. */
  readonly logged: boolean = true;
  /** Headers of the answer that the status asks for. */
  readonly headers: Readonly<Record<string, string>> = {};
}

/** RFC 9457 problem document as it goes over the wire. */
export const ProblemDocument = Type.Object(
  {
    type: Type.String({
      pattern: '^https://scaleretail\\.example/problems/[a-z-]+$',
      description: 'Names the kind of problem; stable.',
    }),
    title: Type.String({ minLength: 1 }),
    status: Type.Integer(),
    code: Type.String({ description: 'The last part of `type`; stable.' }),
    detail: Type.String({ minLength: 1 }),
    requestId: Type.String({ minLength: 1 }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          { field: Type.String(), message: Type.String() },
          { additionalProperties: false },
        ),
        { minItems: 1 },
      ),
    ),
  },
  { additionalProperties: false, description: 'What went wrong (RFC 9457).' },
);

/** The path is known, and not with this method (RFC 9110, 15.5.6). */
export class MethodNotAllowedProblem extends Problem {
  readonly status = 405;
  readonly code = 'method-not-allowed';
  readonly title = 'Method not allowed';
  override readonly headers: Readonly<Record<string, string>>;

  constructor(method: string, path: string, allowed: readonly string[]) {
    const allow = allowed.join(', ');
    super(`${path} does not know ${method}, it knows ${allow}.`);
    this.headers = { allow };
  }
}

export class NotFoundProblem extends Problem {
  readonly status = 404;
  readonly code: string;
  readonly title: string;

  constructor(kind: 'order' | 'product' | 'payment' | 'refund' | 'route', id: string) {
    super(`There is no ${kind} ${id} here.`);
    this.code = `${kind}-not-found`;
    this.title = `No such ${kind}`;
  }
}
