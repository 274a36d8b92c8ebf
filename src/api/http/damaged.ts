import type { Socket } from 'node:net';
import { Fault } from '../../faults/fault.ts';
import { problemOf, problemType } from './problem.ts';

/** Answers what is no HTTP at all, and was not finished in time. */
export function answerDamaged(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, title, ...problem } = problemOf(new Fault('BAD_REQUEST', whatIsWrong(error.code)));
  const body = JSON.stringify({ ...problem, title, status });
  socket.end(
    `HTTP/1.1 ${String(status)} ${title}\r\nContent-Type: ${problemType}\r\n` +
      `Content-Length: ${String(Buffer.byteLength(body))}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function whatIsWrong(code: string | undefined): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'the header fields are too long: send at most 16 KiB of them';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'the request did not come to its end in time: send it again';
    default:
      return 'this is not HTTP: check the address, and whether it wants http: or https:';
  }
}
