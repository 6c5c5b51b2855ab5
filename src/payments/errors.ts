import { Problem } from '../platform/http/problems.ts';
import { toDecimal } from '../platform/money.ts';

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

export class PaymentNotRefundableProblem extends Problem {
  readonly status = 409;
  readonly code = 'payment-not-refundable';
  readonly title = 'Payment cannot be refunded';

  constructor(paymentId: string, why: string) {
    super(`Payment ${paymentId} cannot be refunded: ${why}.`);
  }
}

export class RefundAmountProblem extends Problem {
  readonly status = 422;
  readonly code = 'refund-amount-invalid';
  readonly title = 'No amount of this payment';
  override readonly errors;

  constructor(field: string, message: string) {
    super(`This cannot be refunded: ${field} ${message}.`);
    this.errors = [{ field, message }];
  }
}

export class RefundTooLargeProblem extends Problem {
  readonly status = 422;
  readonly code = 'refund-too-large';
  readonly title = 'More than is left';
  readonly leftMinor: number;

  constructor(paymentId: string, left: { minor: number; currency: string }) {
    super(`Of payment ${paymentId} only ${toDecimal(left)} ${left.currency} can be refunded.`);
    this.leftMinor = left.minor;
  }
}

export class RefundRefusedProblem extends Problem {
  readonly status = 422;
  readonly code = 'refund-refused';
  readonly title = 'Refund refused';

  constructor() {
    super('The gateway has refused the refund. Nothing was given back.');
  }
}

/** The gateway gave no answer. What was begun is on record and will be finished. */
export class StillPendingProblem extends Problem {
  readonly status = 503;
  readonly code: string;
  readonly title: string;
  override readonly retryAfterSeconds = 2;
  readonly id: string;

  constructor(kind: 'payment' | 'refund', id: string) {
    super(
      'The gateway gave no answer. Repeat with the same Idempotency-Key: it happens once at most.',
    );
    this.code = `${kind}-pending`;
    this.title = kind === 'payment' ? 'Payment pending' : 'Refund pending';
    this.id = id;
  }
}

/** The gateway has not answered for a while, so it was not even asked: nothing was begun. */
export class GatewayDownProblem extends Problem {
  readonly status = 503;
  readonly code = 'gateway-unavailable';
  readonly title = 'Payment gateway unavailable';
  override readonly retryAfterSeconds = 5;

  constructor() {
    super(
      'The payment gateway does not answer at the moment. Repeat with the same Idempotency-Key.',
    );
  }
}
