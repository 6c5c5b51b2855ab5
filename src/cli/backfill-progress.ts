import type { Figures, Observer } from '../schema-change/backfill/figures.ts';
import type { TableProgress } from '../schema-change/backfill/progress.ts';
import type { LastRun } from '../schema-change/backfill/record.ts';
import { showSignal } from '../schema-change/backfill/watch.ts';

/** Shows a run: one line that is redrawn on a terminal, lines now and then elsewhere. */
export interface ProgressDisplay {
  readonly observer: Observer;
  /** Leaves the last line as it is; nothing is drawn after it. */
  end(): void;
}

/** Between two lines where they scroll away, and between two drawings where they do not, in ms. */
const everyMs = { lines: 1_000, drawings: 100 };

export function createProgress(
  say: (line: string) => void,
  screen: Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number },
): ProgressDisplay {
  return screen.isTTY === true ? drawn(say, screen) : lines(say);
}

function drawn(
  say: (line: string) => void,
  screen: Pick<NodeJS.WriteStream, 'write'> & { columns?: number },
): ProgressDisplay {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let ended = false;
  const clear = () => screen.write('\r\x1b[2K');
  const draw = (figures: Figures) => {
    if (ended || performance.now() - drawnAt < everyMs.drawings) return;
    drawnAt = performance.now();
    clear();
    screen.write(lineOf(figures).slice(0, (screen.columns ?? 80) - 1));
  };
  return {
    observer: {
      say(line) {
        clear();
        say(line);
        drawnAt = Number.NEGATIVE_INFINITY;
      },
      batch: (_batch, figures) => draw(figures()),
      figures: draw,
    },
    end() {
      if (!ended && drawnAt > 0) screen.write('\n');
      ended = true;
    },
  };
}

function lines(say: (line: string) => void): ProgressDisplay {
  let toldAt = Number.NEGATIVE_INFINITY;
  const done = new Set<string>();
  const tell = ({ tables, secondsLeft }: Figures) => {
    const now = performance.now();
    for (const table of tables.filter((each) => each.finished && !done.has(each.table))) {
      done.add(table.table);
      say(`${counts(table)}, done`);
    }
    const current = currentTable(tables);
    if (current === undefined || current.finished || now - toldAt < everyMs.lines) return;
    toldAt = now;
    say(`${counts(current)}${secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`}`);
  };
  return {
    observer: { say, batch: (_batch, figures) => tell(figures()), figures: tell },
    end() {},
  };
}

function counts(table: TableProgress): string {
  const { rowsDone, rowsTotal, rowsChanged } = table;
  return `${table.table}: ${rowsDone} of ${rowsTotal} rows (${percent(table)} %), ${rowsChanged} changed`;
}

/** What is under way: the first table that is not done, or the last one of all. */
function currentTable(tables: readonly TableProgress[]): TableProgress | undefined {
  return tables.find(({ finished }) => !finished) ?? tables.at(-1);
}

function percent({ rowsDone, rowsTotal, finished }: TableProgress): number {
  if (finished || rowsTotal === 0) return 100;
  return Math.floor((100 * rowsDone) / rowsTotal);
}

const barWidth = 20;

/** The line on a terminal: table, bar, pace, what is left, and each signal's value. */
export function lineOf(figures: Figures): string {
  const table = currentTable(figures.tables);
  if (table === undefined) return 'preparing';
  const full = Math.round((barWidth * percent(table)) / 100);
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
  const shown = `${table.table} ${bar} ${percent(table)} %`;
  if (figures.state !== 'running') return `${shown}  ${figures.because.join(', ')}`;
  const left = figures.secondsLeft === null ? '' : `  ${duration(figures.secondsLeft)} left`;
  const measured = figures.signals.filter(({ value }) => value !== null).map(showSignal);
  return `${shown}  ${figures.rowsPerSecond.toFixed(0)} rows/s${left}  batch ${figures.batchSize}  ${measured.join('  ')}`;
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (seconds < 6_000) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

/** What a run elsewhere does or waits for, and the signals that it goes by; nothing when none is. */
export function backfillRunLines(run: LastRun | null): string[] {
  if (run === null || run.figures === null || !run.alive) return [];
  const { because, signals, rowsPerSecond, batchSize } = run.figures;
  const doing = because.length === 0 ? 'running' : because.join(', ');
  return [
    `${doing}; ${rowsPerSecond.toFixed(0)} rows/s, batches of ${batchSize}`,
    signals.map(showSignal).join(', '),
  ];
}
