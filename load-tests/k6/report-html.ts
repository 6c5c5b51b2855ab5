import type { Report } from './report.ts';
import { headings, linesOf, told } from './report-text.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const cells = (tag: 'td' | 'th', line: readonly string[]): string =>
  `<tr>${line.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #8884; }
  th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
  .scroll { overflow-x: auto; }
  .crossed { color: #c62828; font-weight: 600; }
  @media (prefers-color-scheme: dark) { .crossed { color: #ff8a80; } }
`;

/** One self-contained page. */
export function html(report: Report): string {
  const { scenario, seconds, journeys, wrong, dropped, limits, passed } = report;
  const limit = (of: (typeof limits)[number]) =>
    `<li${of.kept ? '' : ' class="crossed"'}>${of.kept ? '' : 'crossed: '}${escaped(told(of))}</li>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Load test: ${escaped(scenario)}</title>
<style>${style}</style>
<h1>${escaped(scenario)}: <span${passed ? '' : ' class="crossed"'}>${passed ? 'all limits kept' : 'limits crossed'}</span></h1>
<p>${journeys} journeys completed in ${seconds.toFixed(0)} s; ${wrong} wrong answers;
${dropped} requests that were due had nobody to send them.</p>
<div class="scroll"><table>
<thead>${cells('th', headings)}</thead>
<tbody>
${linesOf(report)
  .map((line) => cells('td', line))
  .join('\n')}
</tbody>
</table></div>
<h2>Limits</h2>
<ul>
${limits
  .toSorted((a, b) => Number(a.kept) - Number(b.kept))
  .map(limit)
  .join('\n')}
</ul>
</html>
`;
}
