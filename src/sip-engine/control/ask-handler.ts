import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** Milliseconds for the connection, and for the whole. */
const connectPatience = 2000;
const patience = 3000;
/** A direction is a few lines. */
const longestAnswer = 64 * 1024;
const largestBody = 16 * 1024;

export interface HandlerQuestion {
  readonly url: URL;
  readonly httpMethod: 'GET' | 'POST';
  /** The SIP message, which goes along with a POST. */
  readonly message: Buffer;
  readonly agent: string;
}

/** Asks a request handler. Rejects with an Error that says why there is no answer: late, too long, or not of status 200. */
export function askHandler({ url, httpMethod, message, agent }: HandlerQuestion): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = httpMethod === 'POST' ? message.subarray(0, largestBody) : undefined;
    const open = url.protocol === 'https:' ? requestHttps : requestHttp;
    const question = open(url, {
      method: httpMethod,
      // A connection that is kept would make the first question after a restart of the handler fail.
      agent: false,
      headers: {
        'User-Agent': agent,
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': body.length }),
      },
    });
    const fail = (why: string): void => {
      question.destroy(new Error(why));
    };
    const whole = setTimeout(() => fail(`it did not answer within ${String(patience)} ms`), patience);
    const connecting = setTimeout(() => fail(`no connection within ${String(connectPatience)} ms`), connectPatience);
    question.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    question.on('close', () => {
      clearTimeout(whole);
      clearTimeout(connecting);
    });
    question.on('error', reject);
    question.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > longestAnswer) fail(`its answer is longer than ${String(longestAnswer)} bytes`);
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
        else reject(new Error(`it answered with status ${String(response.statusCode)}`));
      });
    });
    question.end(body);
  });
}
