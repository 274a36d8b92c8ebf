/** RFC 3261 §20 and the registry of compact forms at IANA. */
const compact: ReadonlyMap<string, string> = new Map([
  ['a', 'accept-contact'],
  ['b', 'referred-by'],
  ['c', 'content-type'],
  ['d', 'request-disposition'],
  ['e', 'content-encoding'],
  ['f', 'from'],
  ['i', 'call-id'],
  ['j', 'reject-contact'],
  ['k', 'supported'],
  ['l', 'content-length'],
  ['m', 'contact'],
  ['n', 'identity-info'],
  ['o', 'event'],
  ['r', 'refer-to'],
  ['s', 'subject'],
  ['t', 'to'],
  ['u', 'allow-events'],
  ['v', 'via'],
  ['x', 'session-expires'],
  ['y', 'identity'],
]);

/** As the RFCs spell them: what most messages carry is found without making a lower-case copy of it. */
const common = [
  'Accept Accept-Contact Accept-Encoding Accept-Language Alert-Info Allow Allow-Events Authorization Call-ID Call-Info',
  'Contact Content-Disposition Content-Encoding Content-Language Content-Length Content-Type CSeq Date Diversion',
  'Error-Info Event Expires From History-Info In-Reply-To Max-Forwards MIME-Version Min-Expires Min-SE Organization',
  'P-Access-Network-Info P-Asserted-Identity P-Preferred-Identity Path Priority Privacy Proxy-Authenticate',
  'Proxy-Authorization Proxy-Require RAck Reason Record-Route Refer-To Referred-By Remote-Party-ID Replaces Reply-To',
  'Require Retry-After Route RSeq Server Service-Route Session-Expires Session-ID Subject Subscription-State Supported',
  'Timestamp To Unsupported User-Agent Via Warning WWW-Authenticate',
];

const keys: ReadonlyMap<string, string> = new Map([
  ...compact,
  ...common
    .flatMap((line) => line.split(' '))
    .flatMap((name): [string, string][] => [
      [name, name.toLowerCase()],
      [name.toLowerCase(), name.toLowerCase()],
    ]),
]);

/** The one spelling under which a header name is compared: lower case, long form (RFC 3261 §7.3.1, §7.3.3). */
export function canonical(name: string): string {
  const key = keys.get(name);
  if (key !== undefined) return key;
  const lower = name.toLowerCase();
  return compact.get(lower) ?? lower;
}
