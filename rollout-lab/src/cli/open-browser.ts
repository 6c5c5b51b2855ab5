import { spawn } from 'node:child_process';

/** How a program is opened that the person has chosen for web pages. */
const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens an address in a browser; one that cannot be opened is told in a sentence. */
export function openBrowser(url: string, tell: (sentence: string) => void): void {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open'];
  const failed = () => tell(`no browser could be opened by ${program}: open ${url} yourself`);
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
  child.on('error', failed);
  child.on('exit', (code) => code !== 0 && failed());
  child.unref();
}
