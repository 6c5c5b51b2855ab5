import type { BackendRef } from './kinds.ts';
import { type KubeObject, ofKind, type Problem } from './objects.ts';

/** Weights are read as percent: that is what the docs, the load test and people say. */
export function checkWeights(objects: readonly KubeObject[]): Problem[] {
  return [...routeWeights(objects), ...rolloutWeights(objects), ...canaryWeights(objects)];
}

function routeWeights(objects: readonly KubeObject[]): Problem[] {
  return ofKind(objects, 'HTTPRoute').flatMap((object) =>
    (object.spec.rules ?? []).flatMap(({ backendRefs = [] }, rule) => {
      if (backendRefs.length < 2) return [];
      const path = `spec.rules[${rule}].backendRefs`;
      return [
        ...backendRefs.flatMap(({ weight = 1 }, index) =>
          outside(object, `${path}[${index}].weight`, weight),
        ),
        ...sum(object, path, backendRefs),
      ];
    }),
  );
}

function sum(object: KubeObject, path: string, backends: readonly BackendRef[]): Problem[] {
  const total = backends.reduce((so, { weight = 1 }) => so + weight, 0);
  if (total === 100) return [];
  const remedy = 'write percent: they sum to 100';
  return [{ object, path, problem: `the weights sum to ${total}`, remedy }];
}

function rolloutWeights(objects: readonly KubeObject[]): Problem[] {
  return ofKind(objects, 'Rollout').flatMap((object) =>
    (object.spec.strategy?.canary?.steps ?? []).flatMap(({ setWeight = 0 }, index) =>
      outside(object, `spec.strategy.canary.steps[${index}].setWeight`, setWeight),
    ),
  );
}

function canaryWeights(objects: readonly KubeObject[]): Problem[] {
  return ofKind(objects, 'Canary').flatMap((object) => {
    const { stepWeights = [], stepWeight = 0, maxWeight = 0 } = object.spec.analysis;
    return [
      ...stepWeights.flatMap((weight, index) =>
        outside(object, `spec.analysis.stepWeights[${index}]`, weight),
      ),
      ...outside(object, 'spec.analysis.stepWeight', stepWeight),
      ...outside(object, 'spec.analysis.maxWeight', maxWeight),
    ];
  });
}

function outside(object: KubeObject, path: string, weight: number): Problem[] {
  if (weight >= 0 && weight <= 100) return [];
  const remedy = 'write percent, from 0 to 100';
  return [{ object, path, problem: `the weight is ${weight}`, remedy }];
}
