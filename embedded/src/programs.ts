import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Whether this process may run a file. */
export function canExecute(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a program, from a PATH or else from one of the other folders. */
export function findProgram(name: string, path = '', ...others: string[]): string | undefined {
  const folders = [...path.split(delimiter), ...others];
  return folders.map((folder) => join(folder, name)).find(canExecute);
}

/** The project's folder of tools that are slow to build or to install, shared by all its checkouts. */
export function toolsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'scaleretail');
}
