/** What the message layer is to do with one message of RFC 5118. */
export interface Ipv6TortureCase {
  /** The file in `rfc5118/`, without `.dat`. */
  readonly name: string;
  readonly section: string;
  readonly what: string;
  readonly expect: 'accept' | 400;
}

export const ipv6TortureCases: readonly Ipv6TortureCase[] = [
  { name: 'ipv6-good', section: '4.1', what: 'an IPv6 reference in the request-URI', expect: 'accept' },
  { name: 'ipv6-bad', section: '4.2', what: 'the same without its brackets', expect: 400 },
  { name: 'port-ambiguous', section: '4.3', what: 'a port inside the brackets', expect: 'accept' },
  { name: 'port-unambiguous', section: '4.4', what: 'a port behind the brackets', expect: 'accept' },
  { name: 'via-received-param-with-delim', section: '4.5', what: 'a received in brackets', expect: 'accept' },
  { name: 'via-received-param-no-delim', section: '4.5', what: 'a received without brackets', expect: 'accept' },
  { name: 'ipv6-in-sdp', section: '4.6', what: 'IPv6 addresses in SDP', expect: 'accept' },
  { name: 'mult-ip-in-header', section: '4.7', what: 'addresses of both families in Via', expect: 'accept' },
  { name: 'mult-ip-in-sdp', section: '4.8', what: 'addresses of both families in SDP', expect: 'accept' },
  { name: 'ipv4-mapped-ipv6', section: '4.9', what: 'IPv4 addresses written as IPv6', expect: 'accept' },
  { name: 'ipv6-bug-abnf-3-colons', section: '4.10', what: 'a third colon before an IPv4 tail', expect: 'accept' },
  { name: 'ipv6-correct-abnf-2-colons', section: '4.10', what: 'two colons before an IPv4 tail', expect: 'accept' },
];
