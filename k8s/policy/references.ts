import type { Kinds } from './kinds.ts';
import { type KubeObject, named, ofKind, type Problem } from './objects.ts';
import { containersOf, podsOf } from './pods.ts';

interface Reference {
  readonly object: KubeObject;
  readonly path: string;
  readonly kind: keyof Kinds;
  readonly name: string | undefined;
}

/** What an object names is applied with it. */
export function checkReferences(objects: readonly KubeObject[]): Problem[] {
  const references = [
    ...scalers(objects),
    ...routes(objects),
    ...rollouts(objects),
    ...canaries(objects),
    ...configMaps(objects),
  ];
  return references
    .filter(({ kind, name }) => name !== undefined && named(objects, kind, name) === undefined)
    .map(({ object, path, kind, name }) => ({
      object,
      path,
      problem: `there is no ${kind} ${name}`,
      remedy: 'correct the name, or add what it names',
    }));
}

function scalers(objects: readonly KubeObject[]): Reference[] {
  return ofKind(objects, 'HorizontalPodAutoscaler').map((object) => {
    const { kind, name } = object.spec.scaleTargetRef;
    return { object, path: 'spec.scaleTargetRef', kind: kind as keyof Kinds, name };
  });
}

function routes(objects: readonly KubeObject[]): Reference[] {
  return ofKind(objects, 'HTTPRoute').flatMap((object) =>
    (object.spec.rules ?? []).flatMap(({ backendRefs = [] }, rule) =>
      backendRefs.map(({ name }, index) => ({
        object,
        path: `spec.rules[${rule}].backendRefs[${index}].name`,
        kind: 'Service' as const,
        name,
      })),
    ),
  );
}

function rollouts(objects: readonly KubeObject[]): Reference[] {
  return ofKind(objects, 'Rollout').flatMap((object) => {
    const { workloadRef, strategy } = object.spec;
    const { stableService, canaryService, analysis, steps = [] } = strategy?.canary ?? {};
    const templates = [analysis, ...steps.map((step) => step.analysis)];
    return [
      { object, path: 'spec.workloadRef', kind: 'Deployment' as const, name: workloadRef?.name },
      ...[stableService, canaryService].map((name) => ({
        object,
        path: 'spec.strategy.canary',
        kind: 'Service' as const,
        name,
      })),
      ...templates.flatMap((its) =>
        (its?.templates ?? []).map(({ templateName }) => ({
          object,
          path: 'spec.strategy.canary',
          kind: 'AnalysisTemplate' as const,
          name: templateName,
        })),
      ),
    ];
  });
}

function canaries(objects: readonly KubeObject[]): Reference[] {
  return ofKind(objects, 'Canary').flatMap((object) => {
    const { targetRef, analysis } = object.spec;
    return [
      { object, path: 'spec.targetRef', kind: 'Deployment' as const, name: targetRef.name },
      ...(analysis.metrics ?? []).map(({ templateRef }, index) => ({
        object,
        path: `spec.analysis.metrics[${index}].templateRef`,
        kind: 'MetricTemplate' as const,
        name: templateRef?.name,
      })),
    ];
  });
}

function configMaps(objects: readonly KubeObject[]): Reference[] {
  return containersOf(podsOf(objects)).flatMap(({ pod, container, path }) =>
    (container.envFrom ?? []).map(({ configMapRef }) => ({
      object: pod.owner,
      path: `${path}.envFrom`,
      kind: 'ConfigMap' as const,
      name: configMapRef?.name,
    })),
  );
}
