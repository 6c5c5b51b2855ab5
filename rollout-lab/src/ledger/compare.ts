import type { Db } from '../world/db.ts';
import { type Finding, type FindingKind, keptFindings, type LedgerReport } from './finding.ts';
import {
  type AnsweredFrom,
  allKept,
  beforeTable,
  itemPrice,
  type Kept,
  orderTotal,
  paymentAmount,
  shapesOf,
  storedValue,
} from './kept.ts';
import { type ChargeLedger, loadCharges, loadTold } from './ledgers.ts';

/** SQL that gives a row for everything wrong: kind, table, row, detail. */
type Question = string;

// The values that were acknowledged, against the rows that hold them now.
const lostOrders: Question = `
  SELECT 'lost' AS kind, 'orders' AS table, told.id AS row,
    'acknowledged with ' || told.minor || ' ' || told.currency || ', not in the database' AS detail
  FROM lab.told_orders told WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = told.id::uuid)`;

const lostPayments: Question = `
  SELECT 'lost' AS kind, 'payments' AS table, told.id AS row,
    'acknowledged as captured, ' || coalesce('stored as ' || p.status, 'not in the database') AS detail
  FROM lab.told_payments told LEFT JOIN payments p ON p.id = told.id::uuid
  WHERE p.status IS DISTINCT FROM 'captured'`;

const lostPaidOrders: Question = `
  SELECT 'lost' AS kind, 'orders' AS table, o.id::text AS row,
    'paid by an acknowledged payment, stored as ' || o.status AS detail
  FROM lab.told_payments told JOIN orders o ON o.id = told.order_id::uuid
  WHERE o.status <> 'paid'`;

// An order with more than one captured charge in the gateway's ledger.
const doubleCharges: Question = `
  SELECT 'double' AS kind, 'charges' AS table, reference AS row,
    count(*) || ' captured charges for the order: ' || string_agg(id, ', ' ORDER BY id) AS detail
  FROM lab.charges WHERE status = 'captured' GROUP BY reference HAVING count(*) > 1`;

const uncharged: Question = `
  SELECT 'uncharged' AS kind, 'payments' AS table, p.id::text AS row,
    'captured here, no charge at the gateway' AS detail
  FROM payments p
  WHERE p.status = 'captured'
    AND NOT EXISTS (SELECT FROM lab.before_payments_minor b WHERE b.key = p.id::text)
    AND NOT EXISTS (SELECT FROM lab.charges c WHERE c.key = p.id::text AND c.status = 'captured')`;

const unrecorded: Question = `
  SELECT 'unrecorded' AS kind, 'charges' AS table, c.id AS row,
    'captured for order ' || c.reference || ', payment ' || coalesce(p.status, 'unknown') AS detail
  FROM lab.charges c LEFT JOIN payments p ON p.id::text = c.key
  WHERE c.status = 'captured' AND p.status IS DISTINCT FROM 'captured'
    AND c.reference NOT IN (
      SELECT reference FROM lab.charges WHERE status = 'captured'
      GROUP BY reference HAVING count(*) > 1)`;

const stock: Question = `
  SELECT 'stock' AS kind, 'products' AS table, p.sku AS row,
    'on the shelf ' || p.stock || ', by the orders ' || b.stock - coalesce(sold.quantity, 0) AS detail
  FROM products p JOIN lab.before_stock b USING (sku)
  LEFT JOIN (
    SELECT i.sku, sum(i.quantity) AS quantity FROM order_items i JOIN orders o ON o.id = i.order_id
    WHERE o.status <> 'cancelled' AND NOT EXISTS (
      SELECT FROM lab.before_orders_minor b WHERE b.key = o.id::text)
    GROUP BY i.sku) sold USING (sku)
  WHERE p.stock <> b.stock - coalesce(sold.quantity, 0)`;

/** Questions about each value that a change moves, for the shapes that its table has now. */
async function valueQuestions(db: Db, answered: AnsweredFrom): Promise<Question[]> {
  const questions: Question[] = [];
  for (const kept of allKept) {
    const shapes = await shapesOf(db, kept);
    const stored = storedValue(kept, shapes, 't', answered);
    questions.push(changedSince(kept, stored));
    if (shapes.old && shapes.new) questions.push(disagreeing(kept, answered));
    // Nobody is told of an item by its own id: its order's total is told.
    if (kept !== itemPrice) questions.push(otherThanTold(kept, stored));
  }
  const amount = storedValue(paymentAmount, await shapesOf(db, paymentAmount), 't', answered);
  const total = storedValue(orderTotal, await shapesOf(db, orderTotal), 't', answered);
  const unit = storedValue(itemPrice, await shapesOf(db, itemPrice), 'i', answered);
  return [...questions, otherThanCharged(amount), otherThanItems(total, unit)];
}

function changedSince(kept: Kept, stored: string): Question {
  const { table, key } = kept;
  return `
    SELECT CASE WHEN now.key IS NULL THEN 'lost' ELSE 'mismatched' END AS kind,
      '${table}' AS table, b.key AS row,
      'before ' || b.value || ', now '
        || CASE WHEN now.key IS NULL THEN 'not there' ELSE coalesce(now.value::text, 'NULL') END
        AS detail
    FROM ${beforeTable(kept)} b
    LEFT JOIN (SELECT ${key('t')} AS key, ${stored} AS value FROM ${table} t) now USING (key)
    WHERE now.value IS DISTINCT FROM b.value`;
}

function disagreeing(kept: Kept, answered: AnsweredFrom): Question {
  const { table, key, oldColumn, newColumn, fromOld, fromNew } = kept;
  const kind: FindingKind = answered === 'old' ? 'divergent' : 'mismatched';
  return `
    SELECT '${kind}' AS kind, '${table}' AS table, ${key('t')} AS row,
      '${newColumn} ' || t.${newColumn} || ', ${oldColumn} ' || t.${oldColumn} AS detail
    FROM ${table} t
    WHERE t.${newColumn} IS NOT NULL AND t.${oldColumn} IS NOT NULL
      AND ${fromNew('t')} IS DISTINCT FROM ${fromOld('t')}`;
}

function otherThanTold({ table, value }: Kept, stored: string): Question {
  return `
    SELECT 'mismatched' AS kind, '${table}' AS table, told.id AS row,
      'told ' || told.${value} || ', stored ' || coalesce((${stored})::text, 'NULL') AS detail
    FROM lab.told_${table} told JOIN ${table} t ON t.id = told.id::uuid
    WHERE ${stored} IS DISTINCT FROM told.${value}`;
}

function otherThanCharged(minor: string): Question {
  return `
    SELECT 'mismatched' AS kind, 'payments' AS table, t.id::text AS row,
      'stored ' || coalesce((${minor})::text, 'NULL') || ', charged ' || c.amount_minor AS detail
    FROM lab.charges c JOIN payments t ON t.id::text = c.key
    WHERE c.status = 'captured' AND ${minor} IS DISTINCT FROM c.amount_minor`;
}

// Holds for every order, also for those that nobody was told of.
function otherThanItems(total: string, unit: string): Question {
  const sum = `(SELECT coalesce(sum(${unit} * i.quantity), 0) FROM order_items i WHERE i.order_id = t.id)`;
  return `
    SELECT 'mismatched' AS kind, 'orders' AS table, t.id::text AS row,
      'total ' || coalesce((${total})::text, 'NULL') || ', items ' || ${sum} AS detail
    FROM orders t WHERE ${total} IS DISTINCT FROM ${sum}`;
}

/**
 * Compares the three ledgers: what clients were told (`toldFile`), what the database holds, what
 * the gateway charged. Call it when nothing is in flight any more. Rows whose two shapes disagree are
 * `divergent` where customers are answered from the old one, which then is the one that counts.
 */
export async function compareLedgers(
  db: Db,
  sources: { toldFile: string; charges: ChargeLedger; answeredFrom?: AnsweredFrom },
): Promise<LedgerReport> {
  await loadTold(db, sources.toldFile);
  await loadCharges(db, sources.charges);
  const questions = [
    lostOrders,
    lostPayments,
    lostPaidOrders,
    doubleCharges,
    uncharged,
    unrecorded,
    stock,
    ...(await valueQuestions(db, sources.answeredFrom ?? 'new')),
  ];
  const findings: Finding[] = [];
  const counts: Record<FindingKind, number> = {
    ...{ lost: 0, mismatched: 0, divergent: 0, double: 0 },
    ...{ uncharged: 0, unrecorded: 0, stock: 0 },
  };
  for (const sql of questions) {
    const { rows } = await db.query<Finding>(sql);
    for (const finding of rows) add(finding, findings, counts);
  }
  return { ...(await sizes(db)), findings, counts };
}

// One row can be found by several questions: it counts once a kind.
function add(finding: Finding, findings: Finding[], counts: Record<FindingKind, number>): void {
  const { kind, table, row } = finding;
  if (findings.some((f) => f.kind === kind && f.table === table && f.row === row)) return;
  counts[kind] += 1;
  if (findings.length < keptFindings) findings.push(finding);
}

async function sizes(db: Db) {
  const { rows } = await db.query<Record<'told' | 'paid' | 'captures' | 'before', string>>(`
    SELECT (SELECT count(*) FROM lab.told_orders) AS told,
      (SELECT count(*) FROM lab.told_payments) AS paid,
      (SELECT count(*) FROM lab.charges WHERE status = 'captured') AS captures,
      (SELECT count(*) FROM lab.before_orders_minor)
        + (SELECT count(*) FROM lab.before_order_items_minor)
        + (SELECT count(*) FROM lab.before_payments_minor) AS before`);
  const [row] = rows;
  return {
    ordersTold: Number(row?.told ?? 0),
    paymentsTold: Number(row?.paid ?? 0),
    captures: Number(row?.captures ?? 0),
    rowsBefore: Number(row?.before ?? 0),
  };
}
