import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** A connection on which anything can be sent, also what no HTTP client would send. */
export async function openRaw(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes back until the other side ends the connection, answer by answer. */
export async function answersOn(socket: Socket): Promise<RawAnswer[]> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text.split(/(?=HTTP\/1\.1 \d{3} )/).map((answer) => {
    const [headers = '', body = ''] = answer.split('\r\n\r\n');
    return { status: Number(headers.slice(9, 12)), headers, body };
  });
}

/** Sends bytes and gives the answers; the bytes have to make the server end the connection. */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<RawAnswer[]> {
  const socket = await openRaw(url);
  const answers = answersOn(socket);
  socket.write(bytes);
  return answers;
}

/** The one answer to bytes that get one. */
export async function answerTo(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const answers = await sendRaw(url, bytes);
  const [answer] = answers;
  if (answer === undefined || answers.length > 1) {
    throw new Error(`${answers.length} answers: ${JSON.stringify(answers)}`);
  }
  return answer;
}
