import { join } from 'node:path';
import { schemaFolder, sources } from '../check/modules.ts';

/** Of a module that has many more kinds than the manifests use, the files of those that they do. */
const used: Readonly<Record<string, readonly string[]>> = {
  'github.com/argoproj/argo-rollouts': [
    'analysis-run-crd.yaml',
    'analysis-template-crd.yaml',
    'cluster-analysis-template-crd.yaml',
    'experiment-crd.yaml',
    'rollout-crd.yaml',
  ],
  'github.com/fluxcd/flagger': ['crd.yaml'],
  'github.com/prometheus-operator/prometheus-operator': [
    'monitoring.coreos.com_podmonitors.yaml',
    'monitoring.coreos.com_prometheusrules.yaml',
    'monitoring.coreos.com_servicemonitors.yaml',
  ],
  'github.com/external-secrets/external-secrets': [
    'external-secrets.io_clustersecretstores.yaml',
    'external-secrets.io_externalsecrets.yaml',
    'external-secrets.io_secretstores.yaml',
  ],
};

/**
 * The files and folders with the CRDs, of the modules that the check goes by, which Go downloads where
 * they are missing.
 *
 * @throws {MissingToolError} without Go.
 * @throws {SchemasError} when a module cannot be had, or is not what is pinned.
 */
export async function findCrds(): Promise<string[]> {
  const custom = sources.filter(({ groups }) => groups.length > 0);
  const found = custom.map(async (source) => {
    const folder = await schemaFolder(source);
    const files = 'module' in source ? used[source.module] : undefined;
    return files === undefined ? [folder] : files.map((file) => join(folder, file));
  });
  return (await Promise.all(found)).flat();
}
