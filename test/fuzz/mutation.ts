import type { Chance } from '../simulation/chance.ts';

const pieces = [
  ...[
    '\r\n',
    '\r\n ',
    '\r\n\r\n',
    '\r',
    '\n',
    '"',
    '<',
    '>',
    ',',
    ';',
    '=',
    ':',
    '\\',
    '%',
    '%0',
    '%00',
    '\0',
    '@',
    '#',
    '|',
  ],
  ...[
    '[',
    ']',
    '[::1]',
    ':::',
    '?',
    '&',
    ' ',
    '\t',
    '/',
    '*',
    '(',
    ')',
    '//',
    '..',
    'é',
    '\u{1f4de}',
    '\ufeff',
    '\ud800',
  ],
  ...[
    'l: 0\r\n',
    'Content-Length: 1\r\n',
    'Content-Length: 99999999999\r\n',
    'v:',
    'Via: ',
    'SIP/2.0',
    'SIP/2.0 200 OK\r\n',
  ],
  ...[
    '99999999999',
    '4294967296',
    '2147483648',
    '-1',
    '0',
    '1e9',
    ';tag=',
    ';branch=z9hG4bK',
    ';received=',
    ';lr',
    'sip:',
    'sips:',
    'tel:',
  ],
].map((text) => Buffer.from(text));

/** The bytes with something of them cut out, put in, doubled, changed, or taken from another input. */
export function mutated(bytes: Buffer, corpus: readonly Buffer[], chance: Chance): Buffer {
  const at = chance.between(0, bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (chance.between(0, 8)) {
    case 0:
      return Buffer.concat([before, chance.pick(pieces), after]);
    case 1:
      return Buffer.concat([before, after.subarray(chance.between(0, after.length))]);
    case 2:
      return Buffer.concat([before, after.subarray(chance.between(1, 8))]);
    case 3:
      return Buffer.concat([before, Buffer.of(chance.between(0, 255)), after.subarray(1)]);
    case 4:
      return Buffer.concat([before, Buffer.alloc(chance.between(0, 20_000), chance.pick(pieces)), after]);
    case 5: {
      const other = chance.pick(corpus);
      return Buffer.concat([before, other.subarray(chance.between(0, other.length))]);
    }
    case 6:
      return withLines(bytes, chance);
    case 7:
      return Buffer.from(
        bytes.toString('latin1').replace(/\d+/g, (digits) => (chance.happens(0.2) ? any(chance) : digits)),
        'latin1',
      );
    default: {
      const again = after.subarray(0, chance.between(0, 200));
      return Buffer.concat([before, again, again, after]);
    }
  }
}

/** One line dropped, doubled, or in another's place. */
function withLines(bytes: Buffer, chance: Chance): Buffer {
  const lines = bytes.toString('latin1').split('\r\n');
  const at = chance.between(0, lines.length - 1);
  const [line = ''] = lines.splice(at, chance.between(0, 1));
  if (chance.happens(0.6)) lines.splice(chance.between(0, lines.length), 0, line);
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

function any(chance: Chance): string {
  return chance.pick(['0', '1', '255', '65535', '65536', '2147483647', '4294967295', '99999999999999999999', '']);
}
