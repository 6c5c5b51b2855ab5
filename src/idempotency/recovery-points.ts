/**
 * How far a request with an Idempotency-Key has come: the name of its last committed step, after
 * "Implementing Stripe-like Idempotency Keys in Postgres" (brandur.org, 2017). A request without a
 * row has committed nothing and is done anew. One that a single transaction answers goes straight
 * to `finished`; one that calls the payment gateway commits what it is about to ask first.
 *
 * `payment-pending` and `refund-pending`: the row is stored and the gateway may have been asked, so
 * it is asked with the row's own id. `finished`: the answer is stored, and repeated byte for byte
 * until the key expires.
 */
export type RecoveryPoint = PendingPoint | 'finished';
export type PendingPoint = 'payment-pending' | 'refund-pending';
