import type { Check } from '../../judge/types.ts';
import type { RunResult } from '../../run/result.ts';
import { ms } from '../format.ts';
import { environmentLines, failureHead, failureRows, ledgerRows } from '../markdown.ts';
import { commandOf } from '../reproduce.ts';
import { storyOf } from '../story-of.ts';
import { costNote, figureRows } from '../table.ts';
import { verdictOf } from '../verdict.ts';
import { latencyPlot } from './latency-plot.ts';
import { page, section, type Tone, table } from './page.ts';
import { blastRadius } from './reach.ts';
import { type Content, type Html, html } from './template.ts';
import { replicasPlot, timelinePlot } from './timeline.ts';

const tones: Readonly<Record<string, Tone>> = {
  Green: 'good',
  Red: 'bad',
  pass: 'good',
  fail: 'bad',
};

/** The report of one run as one self-contained page. */
export function htmlReport(result: RunResult): string {
  const story = storyOf(result.timeline);
  const nothing = html`<p>Nothing was measured.</p>`;
  return page(`${result.change} by ${result.strategy} with candidate ${result.candidate}`, [
    banner(result),
    section('Figures', figures(result)),
    section('Timeline', story === null ? nothing : timelinePlot(story)),
    section('Latency', latencyPlot(result.latency), phases(result)),
    section('Blast radius', blastRadius(result)),
    section('Infra', story === null ? nothing : replicasPlot(story, result.environment.replicas)),
    section('Verdicts', verdicts(result)),
    section('Ledgers', ledgers(result)),
    failures(result),
    section('How it was measured', environment(result)),
  ]);
}

function banner(result: RunResult): Html {
  const { word, why } = verdictOf(result);
  return html`<p class="verdict ${tones[word] ?? 'warn'}"><b>${word}</b>: ${why}</p>
`;
}

function figures(result: RunResult): Content {
  return [
    table(['', 'measured', 'published'], figureRows(result), {
      label: 'Measured and published figures',
    }),
    html`<p class="dim">* ${costNote()}</p>
`,
  ];
}

function phases({ phases: list }: RunResult): Content {
  const rows = list.map((p) => [p.name, p.requests, p.failed, ms(p.p50Ms), ms(p.p99Ms)]);
  const head = ['phase', 'requests', 'failed', 'p50 ms', 'p99 ms'];
  return [
    html`<h3>By phase</h3>
`,
    table(head, rows, { label: 'Requests by phase', wide: true }),
  ];
}

function verdicts({ verdicts: list }: RunResult): Content {
  if (list.length === 0) return html`<p>The judge gave none.</p>`;
  const rows = list.map((v) => [v.step, toned(v.verdict), v.checks.map(evidence)]);
  return table(['step', 'verdict', 'evidence'], rows, {
    label: 'Verdicts of the judge',
    wide: true,
  });
}

function evidence({ name, verdict, reason }: Check): Html {
  return html`<div>${name}: ${toned(verdict)}, ${reason}</div>`;
}

function toned(word: string): Html {
  return html`<b class="${tones[word] ?? 'warn'}">${word}</b>`;
}

function ledgers(result: RunResult): Content {
  const rows = ledgerRows(result);
  if (rows.length === 0) return html`<p>The ledgers were not compared.</p>`;
  const sizes = table(['', 'count'], rows, { label: 'Sizes of the ledgers' });
  if (result.findings.length === 0) return [sizes, html`<p>Every row adds up.</p>`];
  const found = result.findings.map((f) => [f.kind, f.table, f.row, f.detail]);
  return [
    sizes,
    html`<h3>Rows that do not add up</h3>
`,
    table(['kind', 'table', 'row', 'detail'], found, { label: 'Findings', wide: true }),
  ];
}

function failures(result: RunResult): Content {
  const rows = failureRows(result);
  if (rows.length === 0) return null;
  const label = 'First failed or wrong answers';
  return section(label, table(failureHead, rows, { label, wide: true }));
}

function environment(result: RunResult): Content {
  return html`<ul>${environmentLines(result).map((line) => html`<li>${line}</li>`)}</ul>
<h3>To carry it out again</h3>
<pre><code>${commandOf(result)}</code></pre>
`;
}
