/** Which orders stand in the database before the load starts. */
export interface SeededSpec {
  /** Orders 1 to `count`. */
  readonly count: number;
  /** Number of customers they belong to. */
  readonly customers: number;
}

// 2026-01-01T00:00:00Z; order i was made i ms later.
const EPOCH_MS = 1_767_225_600_000;

const hex12 = (n: number): string => n.toString(16).padStart(12, '0');

/** UUIDv7-shaped: 48 bits of milliseconds, a variant that names the table, i. */
const uuid = (i: number, table: string): string => {
  const ms = hex12(EPOCH_MS + i);
  return `${ms.slice(0, 8)}-${ms.slice(8)}-${table}-8000-${hex12(i)}`;
};

export const orderId = (i: number): string => uuid(i, '7000');
export const paymentId = (i: number): string => uuid(i, '7001');
/** Epoch ms. */
export const createdAtMs = (i: number): number => EPOCH_MS + i;
/** Index of the customer who owns order i. */
export const customerOf = (i: number, customers: number): number => i % customers;
/** Lines are numbered from 1. */
export const lineCount = (i: number): 1 | 2 => (i % 2 === 0 ? 2 : 1);
/** Exact while i is below 10^12. */
export const unitMinor = (i: number, line: number): number =>
  100 + ((i * 7919 + line * 104_729) % 19_900);
export const quantity = (i: number, line: number): number => 1 + ((i + line) % 3);
/** Index into the products. */
export const skuIndex = (i: number, line: number, skus: number): number => (i * 31 + line) % skus;
export const isPaid = (i: number): boolean => i % 5 < 3;
export const totalMinor = (i: number): number =>
  unitMinor(i, 1) * quantity(i, 1) + (lineCount(i) === 2 ? unitMinor(i, 2) * quantity(i, 2) : 0);

const countries = ['DE', 'GB', 'JP', 'US'] as const;

/** Where order i is sent; '' for every tenth. */
export const addressOf = (i: number): string =>
  i % 10 === 0
    ? ''
    : `${1 + (i % 200)} Street ${i % 97}, P${i % 10_000}, City ${i % 50}, ${countries[i % 4]}`;

/** The index of a seeded order's id, null for any other id. */
export function seededIndex(id: string, { count }: SeededSpec): number | null {
  const i = Number.parseInt(id.slice(-12), 16);
  return i >= 1 && i <= count && orderId(i) === id ? i : null;
}

const uuidSql = (table: string): string =>
  "(substr(lpad(to_hex(1767225600000 + i::bigint), 12, '0'), 1, 8) || '-' || " +
  "substr(lpad(to_hex(1767225600000 + i::bigint), 12, '0'), 9, 4) || " +
  `'-${table}-8000-' || lpad(to_hex(i::bigint), 12, '0'))::uuid`;
const unitMinorSql = (line: string): string =>
  `(100 + (i::bigint * 7919 + ${line}::bigint * 104729) % 19900)`;
const quantitySql = (line: string): string => `(1 + (i::bigint + ${line}::bigint) % 3)`;
const lineTotalSql = (line: string): string => `${unitMinorSql(line)} * ${quantitySql(line)}`;

/**
 * The functions above as PostgreSQL expressions over the integer columns `i` and `line`, as from
 * generate_series. Numbers are bigint.
 */
export const SEEDED_SQL = {
  orderId: uuidSql('7000'),
  paymentId: uuidSql('7001'),
  createdAt: "(timestamptz '2026-01-01 00:00:00+00' + i * interval '1 millisecond')",
  customer: (customers: number): string => `(i::bigint % ${customers})`,
  lineCount: '(CASE WHEN i % 2 = 0 THEN 2 ELSE 1 END)',
  unitMinor: unitMinorSql('line'),
  quantity: quantitySql('line'),
  skuIndex: (skus: number): string => `((i::bigint * 31 + line) % ${skus})`,
  isPaid: '(i % 5 < 3)',
  address: `(CASE WHEN i % 10 = 0 THEN ''
    ELSE (1 + i % 200) || ' Street ' || i % 97 || ', P' || i % 10000 || ', City ' || i % 50 || ', '
      || (ARRAY['${countries.join("','")}'])[1 + i % 4] END)`,
  totalMinor: `(${lineTotalSql('1')} + CASE WHEN i % 2 = 0 THEN ${lineTotalSql('2')} ELSE 0 END)`,
} as const;
