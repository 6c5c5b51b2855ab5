export type Outcome =
  | { readonly status: 'captured' }
  | { readonly status: 'declined'; readonly declineCode: string };

/** What a card token does. A new failing token is a new line here. */
export const TOKENS: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['tok_visa', { status: 'captured' }],
  ['tok_declined', { status: 'declined', declineCode: 'card_declined' }],
]);
