import { Pool } from 'undici';

/** Connections that are kept open to each replica: more than it ever has to answer at once. */
const connections = 64;

/** A replica that gets traffic. */
export interface Member {
  readonly id: string;
  readonly url: string;
  readonly pool: Pool;
}

/**
 * What a router knows: whom to send the next request to, each in turn, over connections that are
 * kept open. It knows of a replica's end only what the replica says of itself.
 */
export class Rotation {
  readonly #members: Member[] = [];
  #turn = 0;

  add(id: string, url: string): Member {
    const member = { id, url, pool: new Pool(url, { connections, pipelining: 1 }) };
    this.#members.push(member);
    return member;
  }

  /** The member whose turn it is. */
  next(): Member {
    this.#turn += 1;
    const member = this.#members[this.#turn % this.#members.length];
    if (member === undefined) throw new Error('no replica is in rotation');
    return member;
  }

  has(member: Member): boolean {
    return this.#members.includes(member);
  }

  /** Sends nothing new there; what is under way goes on. */
  remove(member: Member): void {
    if (this.has(member)) this.#members.splice(this.#members.indexOf(member), 1);
  }
}
