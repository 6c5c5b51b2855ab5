import { Problem } from '../platform/problems.ts';

export class OrderNotPayableProblem extends Problem {
  readonly status = 409;
  readonly code = 'order-not-payable';
  readonly title = 'Order cannot be paid';

  constructor(orderId: string, why: string) {
    super(`Order ${orderId} cannot be paid: ${why}.`);
  }
}

export class CardRefusedProblem extends Problem {
  readonly status = 422;
  readonly code = 'card-token-refused';
  readonly title = 'Card token refused';
  override readonly errors = [{ field: '/token', message: 'is not known to the gateway' }];

  constructor() {
    super('The gateway does not know this card token. Nothing was charged.');
  }
}

/** The gateway gave no answer. The payment is on record and the same key finishes it. */
export class PaymentPendingProblem extends Problem {
  readonly status = 503;
  readonly code = 'payment-pending';
  readonly title = 'Payment pending';
  override readonly retryAfterSeconds = 2;
  readonly paymentId: string;

  constructor(paymentId: string) {
    super('The gateway gave no answer. Repeat with the same Idempotency-Key: nobody pays twice.');
    this.paymentId = paymentId;
  }
}
