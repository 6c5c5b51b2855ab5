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
}

/** RFC 9457 problem document as it goes over the wire. */
export const ProblemDocument = Type.Object({
  type: Type.String({ description: 'Names the kind of problem; stable.' }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'The last part of `type`; stable.' }),
  detail: Type.String(),
  requestId: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
});

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
