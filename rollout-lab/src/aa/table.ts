import type { Result } from './conduct.ts';

const percent = (count: number | null, of: number): string =>
  count === null ? '–' : `${((100 * count) / of).toFixed(1)} %`;

const grouped = (value: number | null): string =>
  value === null ? '–' : value.toLocaleString('en-US');

const kinds = { rollout: 'quick canary', beside: '180 s, half and half' };

function promisedOf({ bound }: Result): string {
  if (bound === null) return '–';
  const share = `${bound.kind === 'at most' ? '≤' : '≥'} ${100 * bound.share} %`;
  return bound.kind === 'at least' && bound.sample !== null
    ? `${share} within ${grouped(bound.sample)}`
    : share;
}

const columns: readonly (readonly [title: string, cell: (result: Result) => string])[] = [
  ['wrong with the canary', ({ planted }) => planted],
  ['data', ({ traffic }) => traffic],
  ['window', ({ kind }) => kinds[kind]],
  ['thresholds', ({ thresholds }) => thresholds],
  ['windows', ({ windows }) => grouped(windows)],
  ['failed', ({ failed, windows }) => percent(failed, windows)],
  ['promised', promisedOf],
  ['canary’s requests, median', ({ median }) => grouped(median)],
  ['p99', ({ p99 }) => grouped(p99)],
  ['Kayenta, one look', ({ kayentaOnce, windows }) => percent(kayentaOnce, windows)],
  ['five looks', ({ kayentaEver, windows }) => percent(kayentaEver, windows)],
];

/** The table of docs/judge.md. */
export function tableOf(results: readonly Result[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(columns.map(([title]) => title)),
    row(columns.map(() => '---')),
    ...results.map((result) => row(columns.map(([, cell]) => cell(result)))),
  ].join('\n');
}
