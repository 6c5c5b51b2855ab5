import { oneOf, type Random } from '../harness/random.ts';
import type { Duration } from './reference.ts';
import { kindOf, type Session } from './watcher.ts';

/** When a command is struck. */
export interface Moment {
  readonly name: string;
  /** From its first connection to the database; then as soon as `fits`. */
  readonly delayMs: number;
  readonly fits: (sessions: readonly Session[]) => boolean;
  /** Whether somebody else holds the command up in the middle, so that it can be met there. */
  readonly obstacle: boolean;
}

type Kind = Omit<Moment, 'delayMs'>;

const some = (test: (session: Session) => boolean) => (sessions: readonly Session[]) =>
  sessions.some(test);

const anyMoment: Kind = { name: 'any moment', fits: () => true, obstacle: false };
const inStatement: Kind = {
  name: 'in a statement',
  fits: some(({ state, query }) => state === 'active' && kindOf(query) !== 'BEGIN, SET'),
  obstacle: false,
};
const inTransaction: Kind = {
  name: 'between two statements of a transaction',
  fits: some(({ state }) => state === 'idle in transaction'),
  obstacle: false,
};
const inCommit: Kind = {
  name: 'in COMMIT',
  fits: some(({ state, query }) => state === 'active' && kindOf(query) === 'COMMIT'),
  obstacle: false,
};
const waiting: Kind = {
  name: 'waiting for a lock',
  fits: some(({ waits }) => waits === 'Lock'),
  obstacle: true,
};

const kinds = [anyMoment, inStatement, inTransaction, inCommit] as const;

/** Drawn from the time that the command takes when nobody disturbs it. */
export function drawMoment(random: Random, duration: Duration, hasObstacle: boolean): Moment {
  if (hasObstacle && random() < 0.3) return { ...waiting, delayMs: 0 };
  const kind = oneOf(random, kinds);
  // What lasts a moment only is mostly looked for from the start, lest it be over.
  const fromStart = kind !== anyMoment && random() < 0.7;
  return { ...kind, delayMs: fromStart ? 0 : Math.floor(random() * duration.connectedMs) };
}
