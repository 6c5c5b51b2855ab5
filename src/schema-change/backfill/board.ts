import type { BatchResult } from './batch.ts';
import type { Control } from './control.ts';
import type { Crew } from './crew.ts';
import { createMeter, type Figures } from './figures.ts';
import { createPace, type Pace } from './pace.ts';
import { backfillProgress, type TableProgress } from './progress.ts';
import { signals } from './signals/signals.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import { createWatch, type SignalState } from './watch.ts';

/** What is known of a run while it is under way, for all its workers and for those who are told. */
export interface Board {
  readonly throttle: Throttle;
  readonly pace: Pace;
  /** Tells the observer a line, and the figures with it. */
  say(line: string): void;
  figures(): Figures;
  /** Looks at the tables in the database, where runs elsewhere move them too. */
  reread(): Promise<void>;
  rowsTotal(table: string): number;
  wishes(control: Control): void;
  filled(batch: NonNullable<BatchResult['filled']>, seconds: number): void;
  noteUndone(): void;
  size(rows: number): void;
  /** Whether others use the database. */
  others(atWork: boolean): void;
  /** Share of the time, 0 to 1, in which a worker works. */
  share(): number;
}

export function createBoard(crew: Crew): Board {
  const meter = createMeter();
  const pace = createPace();
  const watch = createWatch(signals, crew.thresholds, {
    db: crew.pool,
    metricsUrls: crew.metricsUrls,
  });
  const known = {
    tables: [] as readonly TableProgress[],
    signals: [] as readonly SignalState[],
    control: { paused: false, rowsPerSecond: null, stoppedAt: null } as Control,
    ...{ batchSize: 0, batches: 0, undone: 0, others: true },
  };
  const look = async () => {
    known.signals = await watch.look();
    return known.signals;
  };
  const throttle = createThrottle({ look }, say);
  const figures = () => figuresOf(known, throttle.reasons(), meter.rate(rowsDone(known.tables)));

  function say(line: string): void {
    crew.observer.say?.(line);
    crew.observer.figures?.(figures());
  }

  return {
    throttle,
    pace,
    say,
    figures,
    async reread() {
      known.tables = await backfillProgress(crew.pool, crew.change);
      crew.observer.figures?.(figures());
    },
    rowsTotal: (name) => known.tables.find(({ table }) => table === name)?.rowsTotal ?? 0,
    wishes(control) {
      const { paused } = known.control;
      known.control = control;
      pace.limit(control.rowsPerSecond);
      if (paused !== control.paused) say(control.paused ? 'paused by an operator' : 'resumed');
    },
    filled({ table, seen, changed }, seconds) {
      known.batches += 1;
      known.tables = known.tables.map((each) =>
        each.table === table ? added(each, seen, changed) : each,
      );
      crew.observer.batch?.({ table, rows: seen, changed, seconds }, figures);
    },
    noteUndone() {
      known.undone += 1;
    },
    size(rows) {
      known.batchSize = rows;
    },
    others(atWork) {
      known.others = atWork;
    },
    share: () => (known.others ? crew.share : 1),
  };
}

function added(table: TableProgress, seen: number, changed: number): TableProgress {
  const rowsDone = table.rowsDone + seen;
  return {
    ...table,
    rowsDone,
    rowsTotal: Math.max(table.rowsTotal, rowsDone),
    rowsChanged: table.rowsChanged + changed,
  };
}

function rowsDone(tables: readonly TableProgress[]): number {
  return tables.reduce((sum, table) => sum + table.rowsDone, 0);
}

interface Known {
  readonly tables: readonly TableProgress[];
  readonly signals: readonly SignalState[];
  readonly control: Control;
  readonly batchSize: number;
  readonly batches: number;
  readonly undone: number;
}

function figuresOf(known: Known, waitingFor: readonly string[], rowsPerSecond: number): Figures {
  const { tables, signals: states, control, batchSize, batches, undone } = known;
  const total = tables.reduce((sum, table) => sum + table.rowsTotal, 0);
  const left = (total - rowsDone(tables)) / rowsPerSecond;
  const because = [...(control.paused ? ['paused by an operator'] : []), ...waitingFor];
  const waiting = because.length > 0 ? 'waiting' : 'running';
  return {
    state: control.paused ? 'paused' : waiting,
    because,
    tables,
    rowsPerSecond,
    secondsLeft: Number.isFinite(left) ? left : null,
    limit: control.rowsPerSecond,
    ...{ batchSize, batches, undone },
    signals: states,
  };
}
