import type { ReleaseName } from '../../src/releases.ts';
import type { RowsAre } from './rows.ts';
import type { ChangeName } from './seed.ts';

/** One command of the change, and what has to be true of the rows before and after it. */
export interface Step {
  readonly change: ChangeName;
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
  /**
   * What it says, with exit code 3, when it is refused because another one is at work, or one that
   * was killed and whose end the server has not noticed; absent: it waits for its turn.
   */
  readonly oneAtATime?: RegExp;
}

const filled = { before: 'filled', after: 'filled' } as const;
const both = { before: 'both', after: 'both' } as const;

/** What differs between the steps of one change and those of the other. */
interface Plan {
  readonly change: ChangeName;
  /** Those that use the old shape, both, the new one, and the one that drops the old one. */
  readonly releases: readonly [ReleaseName, ReleaseName, ReleaseName, ReleaseName];
  /** Somebody's transaction in the way of DDL. */
  readonly locked: string;
  /** In the way of rights that are given or taken. */
  readonly rights: string;
  /** In the way of the backfill: a row in the middle of a table. */
  readonly row: string;
}

/** Each step of a change, to be put together. */
function stepsOf({ change, releases, locked, rights, row }: Plan) {
  const [r1, r2, r3, r4] = releases;
  const step = (
    name: string,
    args: readonly string[],
    rest: Omit<Step, 'change' | 'name' | 'args'>,
  ): Step => ({ change, name, args, ...rest });
  const watched = { serving: r3, rows: filled, obstacle: rights, repeats: true } as const;
  return {
    expand: step('expand', ['expand', '--release', r2], {
      serving: r1,
      rows: { before: 'old', after: 'filling' },
      obstacle: locked,
    }),
    backfill: step('backfill', ['backfill'], {
      serving: r2,
      rows: { before: 'filling', after: 'both' },
      obstacle: row,
    }),
    verify: step('verify', ['verify'], { serving: r2, rows: both, repeats: true }),
    relax: step('relax', ['expand', '--release', r3], {
      serving: r2,
      rows: both,
      obstacle: locked,
    }),
    verifyNew: step('verify', ['verify'], { serving: r3, rows: filled, repeats: true }),
    brownout: step('brownout', ['brownout', '--window', '1'], {
      ...watched,
      oneAtATime: /watches one now; wait for its end/,
    }),
    undo: step('brownout --undo', ['brownout', '--undo'], watched),
    toExpanded: step('rollback to expanded', ['rollback', '--to', 'expanded'], {
      serving: r2,
      rows: { before: 'filled', after: 'both' },
      obstacle: locked,
    }),
    toBaseline: step('rollback to baseline', ['rollback', '--to', 'baseline'], {
      serving: r1,
      rows: { before: 'filling', after: 'old' },
      obstacle: locked,
    }),
    contract: step('contract', ['contract', '--release', r4, '--window', '1'], {
      serving: r3,
      rows: { before: 'filled', after: 'new' },
      obstacle: locked,
    }),
  };
}

const money = stepsOf({
  change: 'minor-units',
  releases: ['1.0', '2.0', '3.0', '4.0'],
  // The last table of the three: the locks on the others are held already.
  locked: 'LOCK TABLE payments IN ACCESS SHARE MODE',
  // The second table: the rights on the first have changed already.
  rights: 'GRANT SELECT (unit_price) ON order_items TO scaleretail_api',
  row: `SELECT FROM order_items
    WHERE order_id = '00000000-0000-7000-8000-000000001000' AND line = 1 FOR UPDATE`,
});

const address = stepsOf({
  change: 'shipping-address',
  releases: ['4.0', '5.0', '6.0', '7.0'],
  // An index that is built or dropped concurrently waits for writers, and for their transactions.
  locked: 'LOCK TABLE orders IN ROW EXCLUSIVE MODE',
  rights: 'GRANT SELECT (shipping_address) ON orders TO scaleretail_api',
  row: `SELECT FROM orders WHERE id = '00000000-0000-7000-8000-000000001000' FOR UPDATE`,
});

/** Steps one after the other, and the release that serves at their end. */
export interface Route {
  readonly steps: readonly Step[];
  readonly lastRelease: ReleaseName;
}

/**
 * Both changes. The first one goes forwards until its brownout, all the way back, and forwards to
 * its end; the second, which builds an index concurrently, goes one step back and to its end.
 */
export const wholeRoute: Route = {
  steps: [
    ...[money.expand, money.backfill, money.verify, money.relax, money.brownout, money.undo],
    ...[money.toExpanded, money.toBaseline],
    ...[money.expand, money.backfill, money.verify, money.relax, money.verifyNew],
    ...[money.brownout, money.contract],
    ...[address.expand, address.backfill, address.verify, address.relax, address.toExpanded],
    ...[address.verify, address.relax, address.verifyNew, address.brownout, address.contract],
  ],
  lastRelease: '7.0',
};

/** The first change, straight on. */
export const shortRoute: Route = {
  steps: [
    ...[money.expand, money.backfill, money.verify, money.relax, money.verifyNew],
    ...[money.brownout, money.contract],
  ],
  lastRelease: '4.0',
};
