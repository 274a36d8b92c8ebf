import type { SipMessage } from './types.ts';

/**
 * The bytes of a message. Header names and values go out as they were given, in their order, but
 * Content-Length always tells the length of the body: in its place, or last. A line end inside a value or
 * the start line becomes a space: whatever an application puts there, it cannot add a field.
 */
export function printMessage(message: SipMessage): Buffer {
  const length = String(message.body.length);
  const lines = [startLine(message)];
  let lengthAt: number | undefined;
  message.headers.each((name, key, value) => {
    if (key !== 'content-length') lines.push(`${onOneLine(name)}: ${onOneLine(value)}`);
    else lengthAt ??= lines.push(`${name}: ${length}`);
  });
  if (lengthAt === undefined) lines.push(`Content-Length: ${length}`);
  const text = `${lines.join('\r\n')}\r\n\r\n`;
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
