import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingToolError, SchemasError } from './errors.ts';
import { runTool } from './run-tool.ts';

/** Where schemas are published, pinned by version and by the hash of the whole module. */
interface SchemaModule {
  readonly module: string;
  readonly version: string;
  readonly sum: string;
  /** In which folder of it. */
  readonly folder: string;
  /** API groups of its custom resources; none: it has Kubernetes' own. */
  readonly groups: readonly string[];
}

interface Downloaded {
  readonly Dir?: string;
  readonly Sum?: string;
  readonly Error?: string;
}

/** Definitions that come with no module, for the part of them that is used. */
interface OwnDefinitions {
  readonly folder: string;
  readonly groups: readonly string[];
}

export type SchemaSource = SchemaModule | OwnDefinitions;

const file = new URL('modules.json', import.meta.url);
const modules = JSON.parse(readFileSync(file, 'utf8')) as readonly SchemaModule[];

export const sources: readonly SchemaSource[] = [
  ...modules,
  { folder: fileURLToPath(new URL('definitions', import.meta.url)), groups: ['k6.io'] },
];

/** Where the schemas of an API group are. */
export function sourceOf(group: string): SchemaSource | undefined {
  return sources.find(({ groups }) => groups.includes(group)) ?? ownModule(group);
}

/** Kubernetes' own groups have no dot, or end in `.k8s.io`. */
function ownModule(group: string): SchemaSource | undefined {
  const own = !group.includes('.') || group.endsWith('.k8s.io');
  return own ? sources.find(({ groups }) => groups.length === 0) : undefined;
}

/**
 * The folder with the schemas of a source. Go keeps what it has downloaded, so that this needs the network
 * once; and it is asked from outside of any module of Go, whose versions would be taken otherwise.
 *
 * @throws {MissingToolError} without Go.
 * @throws {SchemasError} when it cannot be had, or is not what is pinned.
 */
export async function schemaFolder(wanted: SchemaSource): Promise<string> {
  if (!('module' in wanted)) return wanted.folder;
  const { module, version, sum, folder } = wanted;
  const result = await runTool('go', ['mod', 'download', '-json', `${module}@${version}`], {
    cwd: tmpdir(),
    env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' },
  });
  if (!result.found) {
    throw new MissingToolError(
      'go is not in PATH',
      'install Go 1.22 or newer; the schemas of Kubernetes and of the custom resources come as its modules',
    );
  }
  const { Dir, Sum, Error: reason } = readAnswer(result.stdout);
  if (Dir === undefined) throw new SchemasError(`${module}@${version}`, reason ?? result.stderr);
  if (Sum !== sum) {
    throw new SchemasError(`${module}@${version}`, `their hash is ${Sum}, and ${sum} is pinned`);
  }
  return join(Dir, folder);
}

function readAnswer(stdout: string): Downloaded {
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Downloaded);
}
