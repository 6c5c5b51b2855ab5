import { page, section, type Tone, table } from '../report/html/page.ts';
import { type Content, html } from '../report/html/template.ts';
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

/** The comparison as one self-contained page. */
export function htmlComparison(comparison: Comparison): string {
  const { strategies, matrix, claims, runs } = comparison;
  const tone = runs.every((run) => run.green) ? 'good' : 'bad';
  return page('Strategies compared', [
    html`<p class="verdict ${tone}">${summaryOf(comparison)}</p>
`,
    section(
      'The strategies',
      html`<p>Deployment, p99 impact and infra cost with the candidate <code>healthy</code>, the rest with <code>failing</code>: the median, below it the least and the greatest, and the published figure.</p>
`,
      table(
        ['strategy', ...strategyColumns],
        strategies.map((row) => [row.title, ...figuresIn(row).map(figure)]),
        { label: 'Figures of the strategies', wide: true },
      ),
    ),
    section('Every strategy with every candidate', matrixTable(matrix.map(matrixRow))),
    section(
      'The published claims',
      claimsTable(claims.map(claimRow)),
      html`<p class="dim">${costNote()}</p>
`,
    ),
    section(
      'How it was measured',
      html`<ul>${settingsLines(comparison).map((line) => html`<li>${line}</li>`)}</ul>
`,
      runsTable(comparison),
    ),
  ]);
}

function figure({ median, spread, published }: Figure): Content {
  return [
    html`<b class="n">${median}</b>`,
    spread === '' ? null : html`<small>${spread}</small>`,
    published === '' ? null : html`<small>published ${published}</small>`,
  ];
}

function matrixTable(rows: readonly MatrixRow[]): Content {
  const cells = rows.map((row) => [
    row.candidate,
    row.strategy,
    html`<b class="${toneOf(row.asExpected)}">${row.asExpected}</b>${row.reasons === '' ? null : html`<small>${row.reasons}</small>`}`,
    row.outcome,
    row.caughtBy,
    ...row.figures.map(figure),
  ]);
  return table(matrixHead, cells, { label: 'Outcomes', wide: true });
}

function claimsTable(rows: readonly string[][]): Content {
  const toned = rows.map(([said = '', verdict = '', ...rest]) => [
    said,
    html`<b class="${toneOf(verdict)}">${verdict}</b>`,
    ...rest,
  ]);
  return table(claimsHead, toned, { label: 'Published claims', wide: true });
}

function toneOf(verdict: string): Tone {
  if (verdict.startsWith('yes')) return 'good';
  return verdict.startsWith('not ') || verdict === 'invalid' ? 'warn' : 'bad';
}

function runsTable({ runs }: Comparison): Content {
  const rows = runs.map((run, i) => [
    i + 1,
    run.id,
    run.seed,
    run.startedAt ?? '–',
    run.outcome ?? '–',
    run.green ? 'green' : run.reasons.join('; '),
  ]);
  const head = ['', 'run', 'seed', 'began', 'outcome', 'green, or why not'];
  return [
    html`<h3>The runs, in their order</h3>
`,
    table(head, rows, { label: 'The runs', wide: true }),
  ];
}
