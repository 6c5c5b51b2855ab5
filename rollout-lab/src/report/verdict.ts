import type { RunResult } from '../run/result.ts';

export interface Verdict {
  readonly word: 'Green' | 'Red' | 'Invalid' | 'Partial';
  /** The rest of the sentence. */
  readonly why: string;
}

/** What came of a run. */
export function verdictOf(result: RunResult): Verdict {
  const { complete, green, valid, outcome, ledger, reasons, invalidBecause } = result;
  if (!complete) {
    return { word: 'Partial', why: `${reasons.join('; ')}. It holds what there was until then.` };
  }
  if (green) {
    return {
      word: 'Green',
      why: `${outcome}, as expected; ${ledger?.ordersTold} orders and ${ledger?.paymentsTold} payments acknowledged, all of them stored and charged as told.`,
    };
  }
  if (valid) return { word: 'Red', why: `${reasons.join('; ')}.` };
  return {
    word: 'Invalid',
    why: `${invalidBecause.join('; ')}. The generator did not keep its schedule, so the figures are not the rollout's. ${othersOf(result)}`.trim(),
  };
}

export function verdictText(result: RunResult): string {
  const { word, why } = verdictOf(result);
  return `${word}: ${why}`;
}

function othersOf({ reasons }: RunResult): string {
  const others = reasons.filter((reason) => !reason.startsWith('invalid: '));
  return others.length === 0 ? '' : `Seen as well: ${others.join('; ')}.`;
}
