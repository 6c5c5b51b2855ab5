import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolsFolder } from '@scaleretail/embedded/programs';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const requirements = here('requirements.txt');

/** The fuzzer could not be installed; the message says what to do. */
export class InstallError extends Error {}

/**
 * Installs schemathesis outside of the checkout, unless it is there as requirements.txt has it.
 *
 * @returns its program.
 * @throws {InstallError} without Python 3.10 or newer, its module venv, or the package registry.
 */
export async function installSchemathesis(): Promise<string> {
  const wanted = readFileSync(requirements, 'utf8');
  const [, version = ''] = /^schemathesis==(\S+)$/m.exec(wanted) ?? [];
  const folder = join(toolsFolder(), `schemathesis-${version}`);
  const stamp = join(folder, 'installed.txt');
  const program = join(folder, 'bin', 'schemathesis');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return program;
  console.log(`installing schemathesis ${version} into ${folder}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await install('python3', ['-m', 'venv', folder]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  await install(join(folder, 'bin', 'python'), [...pip, '-r', requirements]);
  writeFileSync(stamp, wanted);
  return program;
}

async function install(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(command, args).catch((error: Error) => ({
    code: 1,
    output: error.message,
  }));
  if (code === 0) return;
  throw new InstallError(
    `${output}\n${command} ${args.join(' ')} failed. It needs Python 3.10 or newer with its module venv (Debian: apt-get install python3-venv) and the Python package registry.`,
  );
}

export interface FuzzJob {
  /** Where the document is: a URL or a file. */
  readonly document: string;
  readonly url: string;
  readonly authFile: string;
  readonly seed: number;
  readonly phases: readonly string[];
  /** Requests for each operation and phase, at most. */
  readonly examples: number;
  /** For files of the run. */
  readonly folder: string;
}

/** One run of schemathesis; its exit code is 0 when it found nothing. */
export function fuzz(program: string, job: FuzzJob): Promise<{ code: number; output: string }> {
  const args = [
    ...['--config-file', here('schemathesis.toml'), '--no-color', 'run', job.document],
    ...['--url', job.url, '--no-shrink', '--phases', job.phases.join(',')],
    ...['--seed', String(job.seed), '--max-examples', String(job.examples)],
  ];
  return run(program, args, {
    cwd: job.folder,
    SCHEMATHESIS_HOOKS: 'hooks',
    FUZZ_AUTH_FILE: job.authFile,
  });
}

async function run(
  command: string,
  args: readonly string[],
  { cwd = here('.'), ...env }: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env, PYTHONPATH: here('.'), PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGTERM');
  process.once('exit', stop);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('exit', stop);
  return { code: code ?? 1, output };
}
