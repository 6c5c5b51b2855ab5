import { markdownTable } from '../report/markdown.ts';
import { costNote } from '../report/table.ts';
import type { Comparison } from './comparison.ts';
import {
  claimRow,
  claimsHead,
  type Figure,
  figuresIn,
  type MatrixRow,
  matrixHead,
  matrixRow,
  settingsLines,
  strategyColumns,
  summaryOf,
} from './rows.ts';

/** The comparison as a text. */
export function markdownComparison(comparison: Comparison): string {
  const { strategies, matrix, claims } = comparison;
  return `${[
    '# Strategies compared',
    summaryOf(comparison),
    '## The strategies',
    'Deployment, p99 impact and infra cost with the candidate `healthy`, the rest with `failing`. The published figure is in brackets.',
    markdownTable(
      ['strategy', ...strategyColumns],
      strategies.map((row) => [row.title, ...figuresIn(row).map(text)]),
    ),
    '## Every strategy with every candidate',
    markdownTable(matrixHead, matrix.map(matrixRow).map(cells)),
    '## The published claims',
    markdownTable(claimsHead, claims.map(claimRow)),
    costNote(),
    '## How it was measured',
    settingsLines(comparison)
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

function cells({ figures, ...texts }: MatrixRow): string[] {
  const { candidate, strategy, asExpected, reasons, outcome, caughtBy } = texts;
  const verdict = reasons === '' ? asExpected : `${asExpected}: ${reasons}`;
  const written = figures.map(({ median, spread }) =>
    spread === '' ? median : `${median} (${spread})`,
  );
  return [candidate, strategy, verdict, outcome, caughtBy, ...written];
}

function text({ median, spread, published }: Figure): string {
  return [
    `**${median}**`,
    ...(spread === '' ? [] : [spread]),
    ...(published === '' ? [] : [`[${published}]`]),
  ].join('<br>');
}
