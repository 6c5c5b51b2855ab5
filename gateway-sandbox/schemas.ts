const text = { type: 'string', minLength: 1, maxLength: 255 };
const currency = { type: 'string', pattern: '^[A-Z]{3}$' };
const amount = (minimum: number) => ({
  type: 'integer',
  minimum,
  maximum: Number.MAX_SAFE_INTEGER,
});

// The lengths are a limit of their own: both are kept for as long as the ledger is.
export const CALLER = {
  type: 'object',
  required: ['idempotency-key'],
  properties: { 'idempotency-key': text, 'x-request-id': text },
};

export const CHARGE = {
  type: 'object',
  additionalProperties: false,
  required: ['reference', 'amountMinor', 'currency', 'token'],
  properties: { reference: text, amountMinor: amount(0), currency, token: text },
};

export const REFUND = {
  type: 'object',
  additionalProperties: false,
  required: ['chargeId', 'amountMinor', 'currency'],
  properties: { chargeId: text, amountMinor: amount(1), currency },
};

// Queries are text and nothing is coerced: the patterns admit what Number() reads exactly.
export const PAGE = {
  type: 'object',
  additionalProperties: false,
  properties: {
    after: { type: 'string', pattern: '^[0-9]{1,15}$', default: '0' },
    limit: { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$', default: '100' },
  },
};
