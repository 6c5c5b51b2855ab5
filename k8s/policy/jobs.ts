import { exitCodes } from '../../src/platform/process/exit.ts';
import { type KubeObject, ofKind, type Problem } from './objects.ts';
import { containersOf, podsOf } from './pods.ts';
import { programOf } from './programs.ts';

/** What will be the same the next time: see docs/schema-commands.md. */
const final = [exitCodes.usage, exitCodes.refused, exitCodes.stopped, exitCodes.config];

/** The Job of a schema command ends, and takes a refusal for an answer. */
export function checkJobs(objects: readonly KubeObject[]): Problem[] {
  const commands = ofKind(objects, 'Job').filter((job) =>
    containersOf(podsOf([job])).some(({ container }) => programOf(container) === 'schema command'),
  );
  return commands.flatMap((object) => {
    const { activeDeadlineSeconds, podFailurePolicy } = object.spec;
    const ended = (podFailurePolicy?.rules ?? [])
      .filter(({ action, onExitCodes }) => action === 'FailJob' && onExitCodes?.operator === 'In')
      .flatMap(({ onExitCodes }) => onExitCodes?.values ?? []);
    const repeated = final.filter((code) => !ended.includes(code));
    return [
      ...(activeDeadlineSeconds === undefined
        ? [problem(object, 'activeDeadlineSeconds', 'is missing: it may go on for ever', 'set it')]
        : []),
      ...(repeated.length === 0
        ? []
        : [
            problem(
              object,
              'podFailurePolicy',
              `what ends with ${repeated.join(', ')} is tried again`,
              'add a rule with action: FailJob for these exit codes',
            ),
          ]),
    ];
  });
}

function problem(object: KubeObject, field: string, what: string, remedy: string): Problem {
  return { object, path: `spec.${field}`, problem: what, remedy };
}
