import { relative } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { MissingToolError, SchemasError } from '../check/errors.ts';
import { overlays } from '../check/overlays.ts';
import { checkFolder } from './apply/check-folder.ts';
import { reportLines } from './apply/report.ts';
import { buildPrograms } from './build/build.ts';
import { kubernetesVersion } from './build/programs.ts';
import { startCluster } from './cluster.ts';
import { findCrds } from './crds.ts';
import { ClusterFailedError, CommandFailedError, NoGoError } from './errors.ts';

const expected = [
  ClusterFailedError,
  CommandFailedError,
  MissingToolError,
  NoGoError,
  SchemasError,
];

/** Progress goes to standard error, results to standard output. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const stop = new AbortController();
// Go would otherwise go on building without us.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop.abort();
    process.kill(process.pid, signal);
  });
}

async function build(): Promise<void> {
  console.log(await buildPrograms({ say, signal: stop.signal }));
}

async function apply(folders: string[], { wait }: { wait: number }): Promise<void> {
  const cluster = await startCluster({ say, signal: stop.signal, crds: await findCrds() });
  try {
    const named =
      folders.length > 0 ? folders : overlays().map(({ folder }) => relative('.', folder));
    for (const [index, folder] of named.entries()) {
      const namespace = `check-${index + 1}`;
      const report = await checkFolder(cluster, folder, { namespace, waitMs: wait * 1000 });
      for (const line of reportLines(report)) console.log(line);
      if (report.failures.length > 0) process.exitCode = 1;
    }
  } finally {
    await cluster.close();
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('A number of seconds above 0 is needed.');
  return value;
}

const program = new Command('k8s:cluster')
  .description(`Kubernetes ${kubernetesVersion()} without nodes, to apply manifests to.`)
  .exitOverride();
program
  .command('build')
  .description('build the programs that are missing, and say where they are')
  .action(build);
program
  .command('apply')
  .description('apply kustomize folders, every overlay without one, each in restricted namespaces')
  .argument('[folders...]')
  .option('--wait <seconds>', 'how long the controllers may take for a folder', seconds, 60)
  .action(apply);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  if (!(error instanceof Error) || !expected.some((known) => error instanceof known)) throw error;
  say(error.message);
  process.exitCode = error instanceof NoGoError ? error.exitCode : 1;
}
