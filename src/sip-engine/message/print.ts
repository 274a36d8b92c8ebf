import { canonical } from './headers.ts';
import type { SipMessage } from './types.ts';

/**
 * The bytes of a message. Header names and values go out as they were given, in their order, but
 * Content-Length always tells the length of the body: in its place, or last. A line end inside a value or
 * the start line becomes a space: whatever an application puts there, it cannot add a field.
 */
export function printMessage(message: SipMessage): Buffer {
  const length = String(message.body.length);
  let text = `${startLine(message)}\r\n`;
  let told = false;
  for (const [name, value] of message.headers) {
    if (canonical(name) !== 'content-length') {
      text += `${onOneLine(name)}: ${onOneLine(value)}\r\n`;
    } else if (!told) {
      text += `${name}: ${length}\r\n`;
      told = true;
    }
  }
  text += told ? '\r\n' : `Content-Length: ${length}\r\n\r\n`;
  const head = Buffer.from(text);
  return message.body.length === 0 ? head : Buffer.concat([head, message.body]);
}

function startLine(message: SipMessage): string {
  return message.kind === 'request'
    ? `${onOneLine(message.method)} ${onOneLine(message.uri)} SIP/2.0`
    : `SIP/2.0 ${String(message.status)} ${onOneLine(message.reason)}`;
}

function onOneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+/g, ' ') : text;
}
