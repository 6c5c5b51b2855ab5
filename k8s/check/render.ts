import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { kubernetesVersion, programsFolder } from '../cluster/build/programs.ts';
import type { KubeObject } from '../policy/objects.ts';
import { MissingToolError, NoKustomizationError } from './errors.ts';
import { runTool } from './run-tool.ts';

/** What renders a kustomization, the first that is there; the last is what `k8s:cluster` has built. */
const renderers = [
  { program: 'kubectl', words: ['kustomize'] },
  { program: 'kustomize', words: ['build'] },
  { program: join(programsFolder(kubernetesVersion()), 'kubectl'), words: ['kustomize'] },
] as const;

/** The objects of a kustomization, or why there are none. */
export type Rendering = { readonly objects: readonly KubeObject[] } | { readonly problem: string };

/**
 * @throws {NoKustomizationError} when the folder is none.
 * @throws {MissingToolError} when there is nothing to render it with.
 */
export async function render(folder: string): Promise<Rendering> {
  if (!existsSync(join(folder, 'kustomization.yaml'))) throw new NoKustomizationError(folder);
  for (const { program, words } of renderers) {
    const result = await runTool(program, [...words, folder]);
    if (!result.found) continue;
    return result.ok ? parseObjects(result.stdout) : { problem: reasonOf(result.stderr) };
  }
  throw new MissingToolError(
    'neither kubectl nor kustomize is in PATH',
    'install kubectl, run `npm run k8s:cluster -- build`, or `go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1` and add `go env GOPATH`/bin to PATH',
  );
}

/** What went wrong, without kubectl's own place in its code. */
function reasonOf(stderr: string): string {
  return stderr
    .trim()
    .replace(/^.*"command failed" err=/, '')
    .replaceAll(`${process.cwd()}/`, '');
}

/** The documents of a YAML stream that are objects of Kubernetes. */
export function parseObjects(yaml: string): Rendering {
  const documents = parseAllDocuments(yaml);
  const [broken] = documents.flatMap(({ errors }) => errors);
  if (broken !== undefined) return { problem: broken.message };
  return { objects: documents.map((document) => document.toJS() as KubeObject) };
}
