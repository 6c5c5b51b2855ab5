// node scripts/run.mjs <script> [arguments]: installs what is missing, then runs a script of this
// project with the Node that it is pinned to. Needs nothing but Node. The version is looked at before
// anything newer than that is loaded, so that an old Node gets a sentence and not a syntax error.

const OLDEST_NODE = 20;

if (Number.parseInt(process.version.slice(1), 10) < OLDEST_NODE) {
  process.stderr.write(
    `This project needs Node ${OLDEST_NODE} or newer, and this is ${process.version}: see https://nodejs.org.\n`,
  );
  process.exit(1);
}

import('./run-main.mjs').then(({ main }) => main(process.argv.slice(2)));
