import type { FolderReport } from './check-folder.ts';

/** One line for a folder, and one below it for each thing that failed. */
export function reportLines({ folder, objects, verdict, failures }: FolderReport): string[] {
  const mark = failures.length === 0 ? 'ok     ' : 'FAILED ';
  const counts = [count(objects, 'object')];
  if (verdict !== undefined) {
    counts.push(
      count(verdict.deployments, 'Deployment'),
      `${count(verdict.jobs, 'Job')} (${verdict.suspendedJobs} suspended)`,
      count(verdict.pods, 'Pod'),
      count(verdict.budgets, 'disruption budget'),
      count(verdict.autoscalers, 'autoscaler'),
    );
  }
  return [`${mark} ${folder}: ${counts.join(', ')}`, ...failures.map((line) => `        ${line}`)];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
