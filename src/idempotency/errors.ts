import { Problem } from '../platform/http/problems.ts';

export class KeyReusedProblem extends Problem {
  readonly status = 422;
  readonly code = 'idempotency-key-reused';
  readonly title = 'Idempotency-Key used for another request';
  override readonly errors = [
    { field: 'idempotency-key', message: 'was used before with another method, path or body' },
  ];

  constructor() {
    super('This Idempotency-Key belongs to another request. Use a new key for a new request.');
  }
}

export class KeyInProgressProblem extends Problem {
  readonly status = 409;
  readonly code = 'request-in-progress';
  readonly title = 'Still in progress';
  override readonly retryAfterSeconds = 1;

  constructor() {
    super('The first request with this Idempotency-Key is not finished. Repeat it a little later.');
  }
}

/** Another request with the same key has just been committed: its answer can be read now. */
export class KeyTakenError extends Error {
  constructor() {
    super('another request with this Idempotency-Key was faster');
    this.name = 'KeyTakenError';
  }
}
