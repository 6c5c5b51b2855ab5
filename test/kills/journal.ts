/** Something that does not hold, with where it was seen. */
export interface Finding {
  readonly walk: number;
  readonly step: string;
  /** The name of the invariant, or what a command did wrong. */
  readonly what: string;
  readonly detail: string;
}

/** Blows of each kind that a command was dealt. */
export const blows = ['kill', 'one of two killed', 'backend terminated', 'server restart'] as const;
export type Blow = (typeof blows)[number];

/** A finding in one line. */
export function lineOf({ walk, step, what, detail }: Finding): string {
  return `walk ${walk}, ${step}: ${what}: ${detail}`;
}

/** What was done to the commands, and what came of it. */
export class Journal {
  readonly findings: Finding[] = [];
  readonly #say: (line: string) => void;
  readonly #counts = new Map<string, number>();
  /** Kills by command, and by what the server was doing. */
  readonly kills = new Map<string, Map<string, number>>();
  killed = 0;
  missed = 0;
  mostInARow = 0;
  commandsEnded = 0;
  checks = 0;
  walks = 0;

  /** `say` is told of each finding at once: a run may be long. */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** A process was killed while it was connected to the database. */
  kill(step: string, doing: string): void {
    const ofStep = this.kills.get(step) ?? new Map<string, number>();
    ofStep.set(doing, (ofStep.get(doing) ?? 0) + 1);
    this.kills.set(step, ofStep);
    this.killed += 1;
  }

  count(what: Blow): void {
    this.#counts.set(what, this.countOf(what) + 1);
  }

  countOf(what: Blow): number {
    return this.#counts.get(what) ?? 0;
  }

  find(finding: Finding): void {
    this.findings.push(finding);
    this.#say(lineOf(finding));
  }
}
