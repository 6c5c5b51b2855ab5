import { type KubeObject, ofKind, type Problem } from './objects.ts';

/** Without one of the two conditions, "nothing was measured" is taken for yes, or for no. */
export function checkNoData(objects: readonly KubeObject[]): Problem[] {
  return ofKind(objects, 'AnalysisTemplate').flatMap((object) =>
    (object.spec.metrics ?? []).flatMap((metric, index) =>
      (['successCondition', 'failureCondition'] as const)
        .filter((which) => metric[which] === undefined)
        .map((which) => ({
          object,
          path: `spec.metrics[${index}].${which}`,
          problem: 'is missing: no data would be decided by chance',
          remedy: 'write both, so that neither holds without data',
        })),
    ),
  );
}
