import type pg from 'pg';

/** What sends SQL: a connection, or a pool that makes a new one when that is lost. */
export type Db = Pick<pg.ClientBase, 'query'>;
