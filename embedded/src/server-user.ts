import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

/** The ids that PostgreSQL's processes run under, in the shape that child_process takes. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** The customary ids of `nobody`, for a system that does not list the user. */
const NOBODY: ServerUser = { uid: 65534, gid: 65534 };

/** Who the server runs as: PostgreSQL refuses to run as root, so root runs it as `nobody`. */
export function serverUser(uid = process.getuid?.()): ServerUser | undefined {
  return uid === 0 ? findNobody() : undefined;
}

function findNobody(): ServerUser {
  try {
    const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
    return entry === null ? NOBODY : { uid: Number(entry[1]), gid: Number(entry[2]) };
  } catch {
    return NOBODY;
  }
}

/** The temporary folder, or for another user, who may be shut out of root's own, a public one. */
export function temporaryRoot(user: ServerUser | undefined): string {
  const preferred = tmpdir();
  if (user === undefined) return preferred;
  return [preferred, '/tmp', '/var/tmp'].find(isOpenToOthers) ?? preferred;
}

/** Whether others may pass through a folder: each one on the way has its `x` bit for them. */
function isOpenToOthers(folder: string): boolean {
  const mode = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0;
  const parent = dirname(folder);
  return (mode & 0o001) !== 0 && (parent === folder || isOpenToOthers(parent));
}
