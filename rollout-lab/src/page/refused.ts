/** A request of the page that is not carried out; `status` is its answer's, the message a sentence. */
export class RefusedError extends Error {
  readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415;

  constructor(status: RefusedError['status'], sentence: string) {
    super(sentence);
    this.name = 'RefusedError';
    this.status = status;
  }
}

/** The port that the page was to be served on is taken. */
export class PagePortTakenError extends Error {
  constructor(port: number) {
    super(
      `port ${port}, on which the live page would be served, is taken: choose another one with --page-port, or 0 for any`,
    );
    this.name = 'PagePortTakenError';
  }
}
