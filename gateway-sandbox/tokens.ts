import { UnknownToken } from './problems.ts';

export type Outcome =
  | { readonly status: 'captured' }
  | { readonly status: 'declined'; readonly declineCode: string };

/** How the first answer for a key goes out; a repetition of the key is always simply answered. */
export type Delivery = 'plain' | 'late' | 'drop' | 'twice';

export interface Behaviour {
  /** What is entered in the ledger; null: nothing ever is, and nothing is ever answered. */
  readonly outcome: Outcome | null;
  readonly delivery: Delivery;
  /** The first request with a key is answered 503, and nothing is entered. */
  readonly failsFirst?: boolean;
}

const captured: Outcome = { status: 'captured' };
const declined: Outcome = { status: 'declined', declineCode: 'card_declined' };

/** What a card token does. A new way to fail is a new line here. */
const TOKENS: ReadonlyMap<string, Behaviour> = new Map<string, Behaviour>([
  ['tok_visa', { outcome: captured, delivery: 'plain' }],
  ['tok_declined', { outcome: declined, delivery: 'plain' }],
  ['tok_timeout', { outcome: null, delivery: 'plain' }],
  ['tok_late', { outcome: captured, delivery: 'late' }],
  ['tok_drop', { outcome: captured, delivery: 'drop' }],
  ['tok_twice', { outcome: captured, delivery: 'twice' }],
  ['tok_flaky', { outcome: captured, delivery: 'plain', failsFirst: true }],
]);

/** Throws UnknownToken for a token that is not in the table. */
export function behaviourOf(token: string): Behaviour {
  const behaviour = TOKENS.get(token);
  if (!behaviour) throw new UnknownToken(token);
  return behaviour;
}
