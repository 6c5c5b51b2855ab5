import { type Data, reportOf } from './report.ts';
import { html } from './report-html.ts';
import { text } from './report-text.ts';
import { baseline, releases, summaryDir } from './settings.ts';

/** What a script prints at its end, and the files that it leaves; for its `handleSummary`. */
export function summaryOf(scenario: string, phases: readonly string[], toKnee = false) {
  return (data: Data): Record<string, string> => {
    const report = reportOf(scenario, { phases, releases, baseline, toKnee }, data);
    if (summaryDir === '') return { stdout: text(report) };
    return {
      stdout: text(report),
      [`${summaryDir}/summary.json`]: `${JSON.stringify(report, null, 2)}\n`,
      [`${summaryDir}/summary.html`]: html(report),
    };
  };
}
