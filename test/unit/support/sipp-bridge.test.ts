import assert from 'node:assert/strict';
import { renamed } from '../../support/sipp-bridge.ts';

const request = (transport: string, contact: string): string =>
  [
    `INVITE sip:202@127.0.0.1;transport=tcp SIP/2.0`,
    `Via: SIP/2.0/${transport} 127.0.0.1:5070;branch=z9hG4bK-1;rport`,
    `Contact: <sip:203@127.0.0.1:5070;transport=${contact}>`,
    'Content-Length: 30',
    '',
    'Contact: <sip:a;transport=TCP>',
  ].join('\r\n');

const answer = (contact: string): string =>
  [
    'SIP/2.0 200 OK',
    'Via: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bK-2',
    `Contact: <sip:127.0.0.1:5070;transport=${contact}>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

describe("SIPp's messages on their way over another transport", () => {
  for (const [transport, inVia, inContact] of [
    ['tcp', 'TCP', 'TCP'],
    ['tls', 'TLS', 'tls'],
    ['wss', 'WSS', 'ws'],
  ] as const) {
    it(`name ${transport} in Via and Contact, and are the same otherwise`, () => {
      const changed = renamed(Buffer.from(request('TCP', 'TCP')), transport);
      assert.equal(String(changed), request(inVia, inContact));
    });

    it(`leave the Via of others alone in an answer over ${transport}`, () => {
      assert.equal(String(renamed(Buffer.from(answer('TCP')), transport)), answer(inContact));
    });
  }
});
