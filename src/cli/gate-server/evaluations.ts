import type { GateReport } from '../../schema-change/gate/gate.ts';

/** The evaluation takes longer than whoever asks would wait. */
export class StillEvaluatingError extends Error {
  constructor(seconds: number) {
    super(`the gate's checks take longer than ${seconds} s`);
    this.name = 'StillEvaluatingError';
  }
}

/** A report that nobody was there to take is kept for so long, for who asks next. */
const keptMs = 300_000;

interface Kept {
  readonly report: GateReport;
  readonly until: number;
}

/**
 * One evaluation at a time, shared by all who ask meanwhile: however many ask, the database answers
 * once. Who has waited for the limit is told so, and the evaluation goes on; when all have been, the
 * next one who asks gets its report. So a gate whose checks read for a minute is answered in the end
 * to a controller that gives up after ten seconds and comes back.
 */
export function createEvaluations(
  evaluate: () => Promise<GateReport>,
  limitMs: number,
): () => Promise<GateReport> {
  let underWay: Promise<GateReport> | null = null;
  let waiting = 0;
  let kept: Kept | null = null;

  async function begin(): Promise<GateReport> {
    try {
      const report = await evaluate();
      if (waiting === 0) kept = { report, until: Date.now() + keptMs };
      return report;
    } finally {
      underWay = null;
    }
  }

  return async () => {
    const left = kept;
    kept = null;
    if (left !== null && left.until > Date.now()) return left.report;
    underWay ??= begin();
    waiting += 1;
    try {
      return await within(underWay, limitMs);
    } finally {
      waiting -= 1;
    }
  };
}

async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StillEvaluatingError(limitMs / 1000)), limitMs);
  });
  work.catch(() => {}); // nobody may be left to hear of it
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
