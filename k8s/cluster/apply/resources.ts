import { parseAllDocuments } from 'yaml';

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly uid: string }[];
}

export interface PodTemplate {
  readonly metadata?: Partial<Metadata>;
  readonly spec?: { readonly containers?: readonly unknown[] };
}

/** Of a manifest or of what the API server tells, as much as is looked at. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: {
    readonly replicas?: number;
    readonly suspend?: boolean;
    readonly selector?: Selector;
    readonly template?: PodTemplate;
    readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly expectedPods?: number;
    readonly conditions?: readonly Condition[];
  };
  /** Of an event. */
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly kind: string; readonly name: string; readonly uid: string };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** The resources of rendered manifests; an empty document is none. */
export function parseManifests(text: string): Resource[] {
  const documents = parseAllDocuments(text).map((document): Resource | null => document.toJS());
  return documents.filter((resource) => resource !== null);
}

/** The namespaces that manifests name, as a place or as a Namespace that they bring along. */
export function namespacesOf(resources: readonly Resource[]): string[] {
  const names = resources.map(({ kind, metadata }) =>
    kind === 'Namespace' ? metadata.name : metadata.namespace,
  );
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** What it is called in a sentence. */
export function describe({ kind, metadata }: Resource): string {
  return `${kind}/${metadata.name}`;
}

/**
 * A Pod as each resource would make it that makes none here: a suspended Job, a CronJob before its
 * time, a Deployment without replicas, a Rollout whose controller is not there.
 */
export function dormantPods(resources: readonly Resource[]): object[] {
  return resources.filter(isDormant).flatMap((resource) => {
    const { spec } = resource;
    const template = spec?.jobTemplate?.spec?.template ?? spec?.template;
    if (template?.spec?.containers === undefined) return [];
    const { labels = {}, annotations = {} } = template.metadata ?? {};
    const { name, namespace } = resource.metadata;
    const metadata = { generateName: `${name}-`, namespace, labels, annotations };
    return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec }];
  });
}

function isDormant({ kind, spec }: Resource): boolean {
  if (kind === 'Deployment') return spec?.replicas === 0;
  if (kind === 'Job') return spec?.suspend === true;
  return !['ReplicaSet', 'StatefulSet', 'DaemonSet'].includes(kind);
}
