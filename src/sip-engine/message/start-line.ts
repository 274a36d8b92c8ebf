import { isToken, isUriText } from './grammar.ts';
import { parseUri } from './uri.ts';

/** The first line of a message (RFC 3261 §7.1, §7.2). */
export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }
  | {
      readonly kind: 'broken';
      /** Undefined where it is no SIP request at all, and nobody is to be answered. */
      readonly method: string | undefined;
      readonly uri: string;
      readonly flaw: { readonly status: number; readonly why: string };
    };

const sipVersion = /^SIP\/[0-9]+\.[0-9]+$/i;
const scheme = /^[a-z][a-z0-9+.-]*:/i;
const ours = /^sips?:/i;
const statusLine = /^SIP\/2\.0 [1-6][0-9][0-9](?: |$)/i;

export function parseStartLine(line: string): StartLine {
  // A method cannot hold a slash, so `SIP/` opens a status line and nothing else.
  return line.slice(0, 4).toUpperCase() === 'SIP/' ? parseStatusLine(line) : parseRequestLine(line);
}

function parseStatusLine(line: string): StartLine {
  if (!statusLine.test(line)) return { kind: 'broken', method: undefined, uri: '', flaw: bad('Bad status line') };
  return { kind: 'response', status: Number(line.slice(8, 11)), reason: line.slice(12) };
}

function parseRequestLine(line: string): StartLine {
  const trimmed = line.trimEnd();
  const first = line.indexOf(' ');
  const last = trimmed.lastIndexOf(' ');
  const method = line.slice(0, Math.max(first, 0));
  const version = trimmed.slice(last + 1);
  if (!isToken(method) || last <= first || (version !== 'SIP/2.0' && !sipVersion.test(version))) {
    return { kind: 'broken', method: undefined, uri: '', flaw: bad('Bad start line') };
  }
  const uri = line.slice(first + 1, last);
  const flaw = flawOfRequestLine(line, uri, version);
  return flaw === undefined ? { kind: 'request', method, uri } : { kind: 'broken', method, uri, flaw };
}

function flawOfRequestLine(line: string, uri: string, version: string): { status: number; why: string } | undefined {
  if (version.slice(4) !== '2.0') return { status: 505, why: 'Version Not Supported' };
  if (!line.endsWith(version)) return bad('Blanks after the SIP version');
  if (!isUriText(uri) || !scheme.test(uri)) return bad('Bad request-URI');
  // Another scheme is for the application to refuse, with 416; only ours can be checked.
  if (!ours.test(uri)) return undefined;
  const parsed = parseUri(uri);
  if (parsed === undefined) return bad('Bad request-URI');
  return parsed.headers.length > 0 ? bad('Headers in the request-URI') : undefined;
}

function bad(why: string): { status: number; why: string } {
  return { status: 400, why };
}
