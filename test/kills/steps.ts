import type { ReleaseName } from '../../src/releases.ts';
import type { RowsAre } from './rows.ts';

/** One command of the change, and what has to be true of the rows before and after it. */
export interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** The release that serves customers meanwhile. */
  readonly serving: ReleaseName;
  readonly rows: { readonly before: RowsAre; readonly after: RowsAre };
  /**
   * Run in a transaction of somebody else's that is left open, so that the command comes to a stop
   * in the middle of its work; absent where it has no middle that another one could hold up.
   */
  readonly obstacle?: string;
  /** Run again after it has come to its end, it does all of its work again. */
  readonly repeats?: true;
}

const window = ['--window', '1'];

/** The last table of the change, so that the others are altered already. */
const lockedTable = 'LOCK TABLE payments IN ACCESS SHARE MODE';
/** The second table, so that the rights on the first are gone already, or back. */
const rightsUnderWay = 'GRANT SELECT (unit_price) ON order_items TO scaleretail_api';
/** A row in the middle of the table. */
const lockedRow = `SELECT FROM order_items
  WHERE order_id = '00000000-0000-7000-8000-000000001000' AND line = 1 FOR UPDATE`;

/** The whole change, in order. */
export const steps: readonly Step[] = [
  {
    name: 'expand',
    args: ['expand', '--release', '2.0'],
    serving: '1.0',
    rows: { before: 'old', after: 'filling' },
    obstacle: lockedTable,
  },
  {
    name: 'backfill',
    args: ['backfill'],
    serving: '2.0',
    rows: { before: 'filling', after: 'both' },
    obstacle: lockedRow,
  },
  {
    name: 'verify',
    args: ['verify'],
    serving: '2.0',
    rows: { before: 'both', after: 'both' },
    repeats: true,
  },
  {
    name: 'relax',
    args: ['expand', '--release', '3.0'],
    serving: '2.0',
    rows: { before: 'both', after: 'both' },
    obstacle: lockedTable,
  },
  {
    name: 'verify again',
    args: ['verify'],
    serving: '3.0',
    rows: { before: 'filled', after: 'filled' },
    repeats: true,
  },
  {
    name: 'brownout',
    args: ['brownout', ...window],
    serving: '3.0',
    rows: { before: 'filled', after: 'filled' },
    obstacle: rightsUnderWay,
    repeats: true,
  },
  {
    name: 'brownout --undo',
    args: ['brownout', '--undo'],
    serving: '3.0',
    rows: { before: 'filled', after: 'filled' },
    obstacle: rightsUnderWay,
    repeats: true,
  },
  {
    name: 'brownout again',
    args: ['brownout', ...window],
    serving: '3.0',
    rows: { before: 'filled', after: 'filled' },
    obstacle: rightsUnderWay,
    repeats: true,
  },
  {
    name: 'contract',
    args: ['contract', ...window],
    serving: '3.0',
    rows: { before: 'filled', after: 'new' },
    obstacle: lockedTable,
  },
];

/** What runs at the end. */
export const lastRelease: ReleaseName = '4.0';
