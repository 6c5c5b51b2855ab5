/**
 * How far a request with an Idempotency-Key has come: the name of its last committed step, after
 * "Implementing Stripe-like Idempotency Keys in Postgres" (brandur.org, 2017). A request without a
 * row has committed nothing and is done anew. One that a single transaction answers goes straight
 * to `finished`; one that calls the payment gateway commits what it is about to ask first.
 */
export const recoveryPoints = {
  /** The payment is stored, and the gateway may have been asked: ask it with the payment's id. */
  'payment-pending': { next: 'finished' },
  /** The refund is stored, and the gateway may have been asked: ask it with the refund's id. */
  'refund-pending': { next: 'finished' },
  /** The answer is stored, and repeated byte for byte until the key expires. */
  finished: { next: null },
} as const;

export type RecoveryPoint = keyof typeof recoveryPoints;
export type PendingPoint = Exclude<RecoveryPoint, 'finished'>;
