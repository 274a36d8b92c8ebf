import { readFileSync } from 'node:fs';

/** One frame of a conversation between drachtio-srf and drachtio-server, as it was captured. */
export interface Line {
  readonly from: 'application' | 'server';
  readonly fields: readonly string[];
  /** '' where the frame has none. */
  readonly message: string;
}

export interface Flow {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Reads captures of the form `======== title ========`, `### APP->SRV n#`, frame, empty lines. */
export function readTranscript(file: URL): Flow[] {
  const [, ...parts] = readFileSync(file, 'utf8').split(/^======== (.*) ========$/m);
  const flows: Flow[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    flows.push({ title: parts[at] ?? '', lines: linesOf(parts[at + 1] ?? '') });
  }
  return flows;
}

function linesOf(text: string): Line[] {
  const [, ...parts] = text.split(/^### (APP->SRV|SRV->APP) \d+#$/m);
  const lines: Line[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const [, meta = '', ...rest] = (parts[at + 1] ?? '').split('\n');
    lines.push({
      from: parts[at] === 'APP->SRV' ? 'application' : 'server',
      fields: meta.split('|'),
      message: meta.length === 0 ? '' : messageOf(rest.join('\r\n')),
    });
  }
  return lines;
}

/** The capture has empty lines behind each frame: Content-Length says which of them belong to the message. */
function messageOf(text: string): string {
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text.trim() : text.slice(0, end);
  if (head === '') return '';
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  return `${head}\r\n\r\n${text.slice(end + 4, end + 4 + length)}`;
}
