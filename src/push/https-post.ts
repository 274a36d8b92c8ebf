import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { type Attempt, alarm, serviceFailure } from './attempt.ts';
import { isCertificateTrouble } from './certificate-trouble.ts';

/** Connections to push services that speak HTTP/1.1: kept open between pushes, proved by certificate. */
export interface Https {
  post(post: Post): Promise<Posted>;
  close(): void;
}

interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly signal: AbortSignal;
}

export type Posted =
  | { readonly got: 'answer'; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }
  /** `attempt` is what that makes of the attempt. */
  | { readonly got: 'nothing'; readonly attempt: Attempt };

/** More of an answer is not read: ours are a few hundred bytes. */
const longestBody = 16_384;

/** @param ca PEM of the authorities to believe; undefined: those that node believes */
export function https({
  ca,
  maxSockets = 8,
}: {
  readonly ca: string | undefined;
  readonly maxSockets?: number;
}): Https {
  const agent = new Agent({ keepAlive: true, maxSockets, ...(ca === undefined ? {} : { ca }) });
  return { post: (post) => exchange(agent, post), close: () => agent.destroy() };
}

function exchange(agent: Agent, { url, headers, body, signal }: Post): Promise<Posted> {
  return new Promise((resolve) => {
    const nothing = (error: Error): void => resolve({ got: 'nothing', attempt: attemptOf(error, ours) });
    const ours = request(url, {
      agent,
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
    });
    ours.on('error', nothing);
    ours.on('response', (theirs) => {
      let text = '';
      const end = (): void => {
        const { statusCode: status = 0, headers } = theirs;
        resolve({ got: 'answer', status, headers, body: text.slice(0, longestBody) });
        if (!theirs.complete) ours.destroy();
      };
      theirs.setEncoding('utf8');
      theirs.on('data', (piece: string) => {
        text += piece;
        if (text.length > longestBody) end();
      });
      theirs.on('end', end);
      theirs.on('error', nothing);
      theirs.on('close', () => nothing(new Error('its answer broke off')));
    });
    ours.end(body);
  });
}

function attemptOf(error: Error, { reusedSocket }: { readonly reusedSocket: boolean }): Attempt {
  if (error.name === 'AbortError') return serviceFailure('no answer in time');
  if (isCertificateTrouble(error)) return alarm('certificate', error.message);
  // It closed a connection that had been idle while our request was on its way.
  if (reusedSocket && 'code' in error && error.code === 'ECONNRESET')
    return { came: 'unprocessed', reason: error.message };
  return serviceFailure(error.message);
}
