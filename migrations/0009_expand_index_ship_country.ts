import type { MigrationBuilder } from 'node-pg-migrate';

// What the change buys: orders can be asked for by country. The text could not be searched for it.
// CONCURRENTLY stops nobody, and so cannot be in a transaction: a statement of its own, built after
// the backfill, whose updates it would have made slower.
export function up(pgm: MigrationBuilder): void {
  pgm.noTransaction();
  pgm.sql('CREATE INDEX CONCURRENTLY orders_by_country ON orders (ship_country, id)');
}

export function down(pgm: MigrationBuilder): void {
  pgm.noTransaction();
  // It may have been dropped by a run that was ended before it could note that.
  pgm.sql('DROP INDEX CONCURRENTLY IF EXISTS orders_by_country');
}
