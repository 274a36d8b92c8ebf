/** What the message layer is to do with one message of RFC 4475. */
export interface TortureCase {
  /** The file in `rfc4475/`, without `.dat`. */
  readonly name: string;
  readonly section: string;
  readonly what: string;
  /** `drop`: refused, and nobody is answered. */
  readonly expect: 'accept' | 'drop' | 400 | 505;
  /** The answer of the application, where the message is good and what it asks for is not. */
  readonly above?: string;
}

export const tortureCases: readonly TortureCase[] = [
  { name: 'wsinv', section: '3.1.1.1', what: 'a short tortuous INVITE', expect: 'accept' },
  { name: 'intmeth', section: '3.1.1.2', what: 'a wide range of valid characters', expect: 'accept', above: '501' },
  { name: 'esc01', section: '3.1.1.3', what: 'valid use of the % escape', expect: 'accept' },
  { name: 'escnull', section: '3.1.1.4', what: 'escaped nulls in URIs', expect: 'accept' },
  { name: 'esc02', section: '3.1.1.5', what: '% that is no escape', expect: 'accept', above: '501' },
  { name: 'lwsdisp', section: '3.1.1.6', what: 'no blank between display name and <', expect: 'accept' },
  { name: 'longreq', section: '3.1.1.7', what: 'long values in header fields', expect: 'accept' },
  { name: 'dblreq', section: '3.1.1.8', what: 'bytes after the message in the datagram', expect: 'accept' },
  { name: 'semiuri', section: '3.1.1.9', what: 'a semicolon in the user part', expect: 'accept' },
  { name: 'transports', section: '3.1.1.10', what: 'varied and unknown transports', expect: 'accept' },
  { name: 'mpart01', section: '3.1.1.11', what: 'a multipart MESSAGE with a binary part', expect: 'accept' },
  { name: 'unreason', section: '3.1.1.12', what: 'an unusual reason phrase', expect: 'accept' },
  { name: 'noreason', section: '3.1.1.13', what: 'an empty reason phrase', expect: 'accept' },

  { name: 'badinv01', section: '3.1.2.1', what: 'stray separators in Via and Contact', expect: 400 },
  { name: 'clerr', section: '3.1.2.2', what: 'a Content-Length larger than the message', expect: 400 },
  { name: 'ncl', section: '3.1.2.3', what: 'a negative Content-Length', expect: 400 },
  { name: 'scalar02', section: '3.1.2.4', what: 'a request with overlarge scalars', expect: 400 },
  { name: 'scalarlg', section: '3.1.2.5', what: 'a response with overlarge scalars', expect: 'drop' },
  { name: 'quotbal', section: '3.1.2.6', what: 'an open quote in a display name', expect: 400 },
  { name: 'ltgtruri', section: '3.1.2.7', what: '<> around the request-URI', expect: 400 },
  { name: 'lwsruri', section: '3.1.2.8', what: 'blanks inside the request-URI', expect: 400 },
  { name: 'lwsstart', section: '3.1.2.9', what: 'several blanks in the request line', expect: 400 },
  { name: 'trws', section: '3.1.2.10', what: 'blanks after the request line', expect: 400 },
  { name: 'escruri', section: '3.1.2.11', what: 'escaped headers in the request-URI', expect: 400 },
  // The RFC leaves 400 or indifference to the element; this one has no use for Date.
  { name: 'baddate', section: '3.1.2.12', what: 'a time zone other than GMT', expect: 'accept' },
  { name: 'regbadct', section: '3.1.2.13', what: 'a name-addr without <> in Contact', expect: 400 },
  { name: 'badaspec', section: '3.1.2.14', what: 'blanks inside addr-spec', expect: 400 },
  { name: 'baddn', section: '3.1.2.15', what: 'a comma in a display name without quotes', expect: 400 },
  { name: 'badvers', section: '3.1.2.16', what: 'another version of SIP', expect: 505 },
  { name: 'mismatch01', section: '3.1.2.17', what: 'another method in CSeq', expect: 400 },
  { name: 'mismatch02', section: '3.1.2.18', what: 'another method in CSeq, of an unknown request', expect: 400 },
  { name: 'bigcode', section: '3.1.2.19', what: 'an overlarge response code', expect: 'drop' },

  { name: 'badbranch', section: '3.2.1', what: 'a branch of nothing but the magic cookie', expect: 'accept' },

  { name: 'insuf', section: '3.3.1', what: 'no Call-ID, From or To', expect: 400 },
  { name: 'unkscm', section: '3.3.2', what: 'an unknown scheme in the request-URI', expect: 'accept', above: '416' },
  { name: 'novelsc', section: '3.3.3', what: 'a known scheme that is not ours', expect: 'accept', above: '416' },
  { name: 'unksm2', section: '3.3.4', what: 'unknown schemes in To, From, Contact', expect: 'accept', above: '400' },
  { name: 'bext01', section: '3.3.5', what: 'unknown Require and Proxy-Require', expect: 'accept', above: '420' },
  { name: 'invut', section: '3.3.6', what: 'an unknown content type', expect: 'accept', above: '415' },
  { name: 'regaut01', section: '3.3.7', what: 'an unknown authorization scheme', expect: 'accept', above: '401' },
  { name: 'multi01', section: '3.3.8', what: 'several values of single-value fields', expect: 400 },
  { name: 'mcl01', section: '3.3.9', what: 'two Content-Lengths', expect: 400 },
  { name: 'bcast', section: '3.3.10', what: 'a response with a broadcast Via', expect: 'accept', above: 'discarded' },
  { name: 'zeromf', section: '3.3.11', what: 'Max-Forwards 0', expect: 'accept', above: '200, or 483 by a proxy' },
  { name: 'cparam01', section: '3.3.12', what: 'an unknown Contact parameter', expect: 'accept' },
  { name: 'cparam02', section: '3.3.13', what: 'an unknown URI parameter', expect: 'accept' },
  { name: 'regescrt', section: '3.3.14', what: 'a URI header in Contact', expect: 'accept' },
  { name: 'sdp01', section: '3.3.15', what: 'an Accept without a type we can send', expect: 'accept', above: '406' },

  { name: 'inv2543', section: '3.4.1', what: 'an INVITE of RFC 2543', expect: 'accept' },
];
