import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parseNameAddr, splitList } from '../../src/sip-engine/message/name-addr.ts';
import { paramOf } from '../../src/sip-engine/message/params.ts';
import { parseMessage } from '../../src/sip-engine/message/parse.ts';
import { printMessage } from '../../src/sip-engine/message/print.ts';
import { responseTo } from '../../src/sip-engine/message/respond.ts';
import type { SipRequest } from '../../src/sip-engine/message/types.ts';
import { parseUri, type SipUri } from '../../src/sip-engine/message/uri.ts';
import { parseVia, topVia } from '../../src/sip-engine/message/via.ts';
import { ipv6TortureCases } from './rfc5118-cases.ts';

const folder = new URL('./rfc5118/', import.meta.url);

function bytesOf(name: string): Buffer {
  return readFileSync(new URL(`${name}.dat`, folder));
}

function accepted(name: string): SipRequest {
  const read = parseMessage(bytesOf(name));
  assert.ok(read.ok, read.ok ? '' : `${name}: ${read.error.why}`);
  assert.ok(read.value.kind === 'request');
  return read.value;
}

function target(name: string): Pick<SipUri, 'host' | 'port'> | undefined {
  const uri = parseUri(accepted(name).uri);
  return uri && { host: uri.host, port: uri.port };
}

describe('the torture messages of RFC 5118', () => {
  it('are all in the table, and the table names no other', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.dat'));
    assert.deepEqual(files.sort(), ipv6TortureCases.map(({ name }) => `${name}.dat`).sort());
  });

  for (const { name, section, what, expect } of ipv6TortureCases) {
    it(`§${section} ${name}: ${what}: ${String(expect)}`, () => {
      const read = parseMessage(bytesOf(name));
      if (expect === 'accept') return assert.ok(read.ok, read.ok ? '' : read.error.why);
      assert.ok(!read.ok, 'it was accepted');
      assert.equal(read.error.status, expect);
      assert.ok(read.error.partial, 'there is nothing to build the answer from');
    });

    if (expect === 'accept') {
      it(`${name}: what is printed of it, and its answer, read back the same`, () => {
        const message = accepted(name);
        const again = parseMessage(printMessage(message));
        assert.ok(again.ok);
        assert.deepEqual([...again.value.headers], [...message.headers]);
        assert.deepEqual(again.value.body, message.body);
        const answer = parseMessage(printMessage(responseTo(message, 200, 'OK', { toTag: 'ours' })));
        assert.ok(answer.ok);
        assert.deepEqual(topVia(answer.value.headers), topVia(message.headers));
      });
    }
  }
});

describe('what the torture messages of RFC 5118 say', () => {
  it('a port is what stands behind the brackets', () => {
    assert.deepEqual(target('ipv6-good'), { host: '2001:db8::10', port: undefined });
    assert.deepEqual(target('port-ambiguous'), { host: '2001:db8::10:5070', port: undefined });
    assert.deepEqual(target('port-unambiguous'), { host: '2001:db8::10', port: 5070 });
  });

  it('received may have brackets, or none', () => {
    const received = (name: string): string | undefined =>
      paramOf(topVia(accepted(name).headers)?.params ?? [], 'received');
    assert.equal(received('via-received-param-with-delim'), '[2001:db8::9:255]');
    assert.equal(received('via-received-param-no-delim'), '2001:db8::9:255');
  });

  it('hops of both families stand side by side', () => {
    const vias = accepted('mult-ip-in-header').headers.all('Via').flatMap(splitList).map(parseVia);
    assert.deepEqual(
      vias.map((via) => [via?.transport, via?.host, via?.port]),
      [
        ['UDP', '2001:db8::9:1', 6050],
        ['UDP', '192.0.2.1', undefined],
        ['TCP', '2001:db8::9:255', undefined],
      ],
    );
  });

  it('an IPv4 address may be written as IPv6', () => {
    const { headers } = accepted('ipv4-mapped-ipv6');
    assert.equal(topVia(headers)?.host, '::ffff:192.0.2.10');
    const contact = parseNameAddr(headers.get('Contact') ?? '');
    assert.equal(parseUri(contact?.uri ?? '')?.host, '::ffff:192.0.2.2');
  });

  it('a third colon before an IPv4 tail is borne and not passed on, and nowhere else', () => {
    assert.deepEqual(target('ipv6-bug-abnf-3-colons'), target('ipv6-correct-abnf-2-colons'));
    for (const wrong of ['[2001:db8:::1]', '[2001:db8::::192.0.2.1]', '[1::2:::192.0.2.1]', '[:::]', '[1:2]', '[]']) {
      assert.equal(parseUri(`sip:bob@${wrong}`), undefined, wrong);
    }
  });
});
