import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parseCSeq } from '../../src/sip-engine/message/cseq.ts';
import { parseNameAddr, splitList } from '../../src/sip-engine/message/name-addr.ts';
import { paramOf } from '../../src/sip-engine/message/params.ts';
import { parseMessage } from '../../src/sip-engine/message/parse.ts';
import { printMessage } from '../../src/sip-engine/message/print.ts';
import { responseTo } from '../../src/sip-engine/message/respond.ts';
import type { SipMessage } from '../../src/sip-engine/message/types.ts';
import { parseUri, unescaped } from '../../src/sip-engine/message/uri.ts';
import { parseVia, topVia } from '../../src/sip-engine/message/via.ts';
import { tortureCases } from './rfc4475-cases.ts';

const folder = new URL('./rfc4475/', import.meta.url);

function bytesOf(name: string): Buffer {
  return readFileSync(new URL(`${name}.dat`, folder));
}

function accepted(name: string): SipMessage {
  const read = parseMessage(bytesOf(name));
  assert.ok(read.ok, `${name} was refused`);
  return read.value;
}

function whyRefused(name: string): string {
  const read = parseMessage(bytesOf(name));
  assert.ok(!read.ok, `${name} was accepted`);
  return read.error.why;
}

describe('the torture messages of RFC 4475', () => {
  it('are all in the table, and the table names no other', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.dat'));
    assert.deepEqual(files.sort(), tortureCases.map(({ name }) => `${name}.dat`).sort());
  });

  for (const { name, section, what, expect, above } of tortureCases) {
    const outcome = typeof expect === 'number' ? `is refused with ${String(expect)}` : `: ${expect}`;
    const further = above === undefined ? '' : `, for the application to answer: ${above}`;
    it(`§${section} ${name}: ${what} ${outcome}${further}`, () => {
      const read = parseMessage(bytesOf(name));
      if (expect === 'accept') return assert.ok(read.ok, read.ok ? '' : read.error.why);
      assert.ok(!read.ok, 'it was accepted');
      assert.equal(read.error.status, expect === 'drop' ? undefined : expect);
      if (expect !== 'drop') assert.ok(read.error.partial, 'there is nothing to build the answer from');
    });
  }

  for (const { name } of tortureCases.filter(({ expect }) => expect === 'accept')) {
    it(`${name}: what is printed of it reads back the same`, () => {
      const message = accepted(name);
      const again = parseMessage(printMessage(message));
      assert.ok(again.ok);
      const fields = ({ headers }: SipMessage): unknown =>
        [...headers].filter(([field]) => !/^(l|content-length)$/i.test(field));
      assert.deepEqual(fields(again.value), fields(message));
      assert.deepEqual(again.value.body, message.body);
    });
  }
});

describe('what the torture messages say', () => {
  it('wsinv: folded, blank-ridden values', () => {
    const { headers, body } = accepted('wsinv');
    assert.equal(body.length, Number(headers.get('l')));
    assert.deepEqual(parseCSeq(headers.get('CSeq') ?? ''), { number: 9, method: 'INVITE' });
    const [from, to] = [parseNameAddr(headers.get('From') ?? ''), parseNameAddr(headers.get('To') ?? '')];
    assert.equal(from?.display, 'J Rosenberg \\"');
    assert.equal(paramOf(from.params, 'tag'), '98asjd8');
    assert.equal(paramOf(to?.params ?? [], 'tag'), '1918181833n');
    const vias = headers.all('Via').flatMap(splitList).map(parseVia);
    assert.deepEqual(
      vias.map((via) => [via?.protocol, via?.transport, via?.host, paramOf(via?.params ?? [], 'branch')]),
      [
        ['SIP/2.0', 'UDP', '192.0.2.2', '390skdjuw'],
        ['SIP/2.0', 'TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
        ['SIP/2.0', 'UDP', '192.168.255.111', 'z9hG4bK30239'],
      ],
    );
    assert.equal(headers.get('Subject'), '');
    const contact = parseNameAddr(headers.get('Contact') ?? '');
    assert.equal(contact?.display, 'Quoted string ""');
    assert.deepEqual(
      contact.params.map(({ name }) => name),
      ['newparam', 'secondparam', 'q'],
    );
  });

  it('intmeth: methods, user parts and extension fields in odd characters, the value in UTF-8', () => {
    const message = accepted('intmeth');
    assert.ok(message.kind === 'request');
    assert.equal(message.method, "!interesting-Method0123456789_*+`.%indeed'~");
    const { user, password } = parseUri(message.uri) ?? {};
    assert.equal(user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    assert.equal(password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
    assert.equal(message.headers.get("extensionHeader-!.%*+_`'~"), '大停電');
    assert.equal(parseNameAddr(message.headers.get('To') ?? '')?.display, 'BEL:\x07 NUL:\x00 DEL:\x7f');
  });

  it('esc01, escnull, semiuri: escapes in the user part', () => {
    const user = (uri: string): string | undefined => unescaped(parseUri(uri)?.user ?? '');
    const [esc01, semiuri] = [accepted('esc01'), accepted('semiuri')];
    assert.ok(esc01.kind === 'request' && semiuri.kind === 'request');
    assert.equal(user(esc01.uri), 'sips:user@example.com');
    assert.equal(parseUri(esc01.uri)?.host, 'example.net');
    assert.equal(user(semiuri.uri), 'user;par=u@example.net');
    const [first, second] = accepted('escnull').headers.all('Contact');
    assert.equal(user(parseNameAddr(first ?? '')?.uri ?? ''), '\0');
    assert.equal(user(parseNameAddr(second ?? '')?.uri ?? ''), '\0\0');
  });

  it('esc02: an escape in a field name or a method is no escape', () => {
    const message = accepted('esc02');
    assert.ok(message.kind === 'request');
    assert.equal(message.method, 'RE%47IST%45R');
    assert.equal(message.headers.all('Contact').length, 2);
    assert.equal(message.headers.get('C%6Fntact'), '<sip:alias2@host2.example.com>');
  });

  it('dblreq: the second request of the datagram is dropped', () => {
    const message = accepted('dblreq');
    assert.ok(message.kind === 'request');
    assert.equal(message.method, 'REGISTER');
    assert.equal(message.body.length, 0);
  });

  it('transports: each Via, known or not', () => {
    const vias = accepted('transports').headers.all('Via').map(parseVia);
    assert.deepEqual(
      vias.map((via) => via?.transport),
      ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'],
    );
  });

  it('longreq: 33 Vias in order', () => {
    const vias = accepted('longreq').headers.all('Via').map(parseVia);
    assert.equal(vias.length, 33);
    assert.equal(vias[0]?.host, 'sip33.example.com');
    assert.equal(vias[32]?.host, 'host.example.com');
  });

  it('mpart01: the body byte for byte', () => {
    const bytes = bytesOf('mpart01');
    assert.deepEqual(accepted('mpart01').body, bytes.subarray(bytes.indexOf('\r\n\r\n') + 4));
  });

  it('unreason and noreason: the phrase', () => {
    const [unreason, noreason] = [accepted('unreason'), accepted('noreason')];
    assert.ok(unreason.kind === 'response' && noreason.kind === 'response');
    assert.equal(unreason.reason, '= 2**3 * 5**2 но сто девяносто девять - простое');
    assert.deepEqual([noreason.status, noreason.reason], [100, '']);
  });

  it('cparam01 and cparam02: whose parameter it is', () => {
    const contact = (name: string) => parseNameAddr(accepted(name).headers.get('Contact') ?? '');
    assert.equal(paramOf(contact('cparam01')?.params ?? [], 'unknownparam'), '');
    assert.equal(contact('cparam01')?.uri, 'sip:+19725552222@gw1.example.net');
    assert.deepEqual(contact('cparam02')?.params, []);
    assert.equal(paramOf(parseUri(contact('cparam02')?.uri ?? '')?.params ?? [], 'unknownparam'), '');
  });

  it('regescrt: the header in the URI of the Contact', () => {
    const uri = parseUri(parseNameAddr(accepted('regescrt').headers.get('Contact') ?? '')?.uri ?? '');
    assert.equal(unescaped(paramOf(uri?.headers ?? [], 'Route') ?? ''), '<sip:sip.example.com>');
  });

  it('inv2543: no branch, no Content-Length, and the body all the same', () => {
    const { headers, body } = accepted('inv2543');
    assert.deepEqual(topVia(headers)?.params, []);
    assert.match(body.toString(), /^v=0\r\n[^]*a=rtpmap:31 LPC\r\n$/);
  });

  it('each refusal is for what the RFC put into the message', () => {
    const told = tortureCases.filter(({ expect }) => expect !== 'accept').map(({ name }) => [name, whyRefused(name)]);
    assert.deepEqual(Object.fromEntries(told), {
      badinv01: 'Bad Via',
      clerr: 'Body shorter than Content-Length',
      ncl: 'Bad Content-Length',
      scalar02: 'Bad CSeq',
      scalarlg: 'Bad CSeq',
      quotbal: 'Bad To',
      ltgtruri: 'Bad request-URI',
      lwsruri: 'Bad request-URI',
      lwsstart: 'Bad request-URI',
      trws: 'Blanks after the SIP version',
      escruri: 'Headers in the request-URI',
      regbadct: 'Bad Contact',
      badaspec: 'Bad To',
      baddn: 'Bad From',
      badvers: 'Version Not Supported',
      mismatch01: 'CSeq method is not that of the request',
      mismatch02: 'CSeq method is not that of the request',
      bigcode: 'Bad status line',
      insuf: 'Missing From',
      multi01: 'More than one CSeq',
      mcl01: 'More than one Content-Length',
    });
  });

  it('insuf: the answer has what the request has', () => {
    const read = parseMessage(bytesOf('insuf'));
    assert.ok(!read.ok && read.error.partial);
    const answer = printMessage(responseTo(read.error.partial, 400, read.error.why)).toString();
    assert.equal(
      answer,
      'SIP/2.0 400 Missing From\r\nVia: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf\r\n' +
        'CSeq: 193942 INVITE\r\nContent-Length: 0\r\n\r\n',
    );
  });
});
