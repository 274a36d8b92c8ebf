import assert from 'node:assert/strict';
import { randomIdentifiers } from '../../../../../src/sip-engine/core/identifiers.ts';
import {
  backwards,
  forwardedRequest,
  onPath,
  redirectTargets,
  requiredOfProxies,
  routed,
} from '../../../../../src/sip-engine/core/proxy/forwarded-request.ts';
import { isLoop, markedBranch, wayMark } from '../../../../../src/sip-engine/core/proxy/loop.ts';
import { readProxyOrder, readTimeout } from '../../../../../src/sip-engine/core/proxy/order.ts';
import { Headers } from '../../../../../src/sip-engine/message/headers.ts';
import type { SipRequest, SipResponse } from '../../../../../src/sip-engine/message/types.ts';

function request(method: string, uri: string, ...fields: (readonly [string, string])[]): SipRequest {
  return { kind: 'request', method, uri, headers: Headers.from(fields), body: Buffer.from('body') };
}

function response(status: number, ...fields: (readonly [string, string])[]): SipResponse {
  return { kind: 'response', status, reason: '', headers: Headers.from(fields), body: Buffer.alloc(0) };
}

describe('what a proxy changes in a message', () => {
  it('counts hops down, in the place of the field, and adds the field where there is none', () => {
    const invite = request('INVITE', 'sip:a@b', ['f', '<sip:x>;tag=1'], ['MAX-FORWARDS', '5'], ['X-Y', ' odd']);
    const onward = forwardedRequest(invite, 'sip:c@d');
    assert.equal(onward.uri, 'sip:c@d');
    assert.deepEqual(
      [...onward.headers],
      [
        ['f', '<sip:x>;tag=1'],
        ['MAX-FORWARDS', '4'],
        ['X-Y', ' odd'],
      ],
    );
    assert.equal(invite.headers.get('Max-Forwards'), '5');
    assert.equal(forwardedRequest(request('INVITE', 'sip:a@b'), 'sip:a@b').headers.get('Max-Forwards'), '70');
  });

  it('puts itself on the path of a dialog and of a registration', () => {
    const uris = ['sip:out;lr', 'sip:in;lr'];
    const invite = onPath(request('INVITE', 'sip:a@b', ['Record-Route', '<sip:before;lr>']), uris);
    assert.deepEqual(invite.headers.all('Record-Route'), ['<sip:out;lr>', '<sip:in;lr>', '<sip:before;lr>']);
    const register = onPath(request('REGISTER', 'sip:b', ['Require', 'gruu, Path']), ['sip:in;lr']);
    assert.deepEqual(register.headers.all('Path'), ['<sip:in;lr>']);
    assert.deepEqual(register.headers.all('Require'), ['gruu, Path']);
  });

  it('takes its own Via off a response, alone in its field or not, and drops what has no other', () => {
    const alone = backwards(response(200, ['Via', 'SIP/2.0/UDP us'], ['Via', 'SIP/2.0/UDP them']));
    assert.deepEqual(alone?.headers.all('Via'), ['SIP/2.0/UDP them']);
    const listed = backwards(response(200, ['v', 'SIP/2.0/UDP us,SIP/2.0/UDP them, SIP/2.0/UDP before']));
    assert.deepEqual(listed?.headers.all('Via'), ['SIP/2.0/UDP them, SIP/2.0/UDP before']);
    assert.equal(backwards(response(200, ['Via', 'SIP/2.0/UDP us'])), undefined);
  });

  it('sends by the first Route, and puts a strict router into the request-URI', () => {
    const loose = request('BYE', 'sip:a@b', ['Route', '<sip:one;lr>, <sip:two;lr>']);
    assert.equal(routed(loose).nextHop, 'sip:one;lr');
    assert.equal(routed(loose).request, loose);
    const strict = routed(request('BYE', 'sip:a@b', ['Route', '<sip:one>'], ['Route', '<sip:two;lr>']));
    assert.equal(strict.nextHop, 'sip:one');
    assert.equal(strict.request.uri, 'sip:one');
    assert.deepEqual(strict.request.headers.all('Route'), ['<sip:two;lr>, <sip:a@b>']);
    assert.equal(routed(request('BYE', 'sip:a@b')).nextHop, 'sip:a@b');
  });

  it('reads the contacts of a redirection, best first, as request-URIs', () => {
    const moved = response(
      302,
      ['Contact', '"A" <sip:low@x;method=INVITE?Subject=1>;q=0.2, <tel:+1>, <mailto:m@x>'],
      ['Contact', '<sip:high@x;transport=tcp>'],
      ['Contact', '<sip:odd@x>;q=much'],
    );
    assert.deepEqual(redirectTargets(moved), ['sip:high@x;transport=tcp', 'sip:low@x', 'sip:odd@x']);
    assert.deepEqual(redirectTargets(response(302)), []);
  });

  it('lists what Proxy-Require asks for', () => {
    assert.deepEqual(requiredOfProxies(request('INVITE', 'sip:a', ['Proxy-Require', 'a, b'], ['Proxy-Require', 'c'])), [
      'a',
      'b',
      'c',
    ]);
    assert.deepEqual(requiredOfProxies(request('INVITE', 'sip:a')), []);
  });
});

describe('how a proxy knows a loop', () => {
  const ids = randomIdentifiers('geheim');
  const invite = request('INVITE', 'sip:a@b', ['Call-ID', 'c'], ['From', '<sip:x>;tag=1'], ['CSeq', '1 INVITE']);

  it('by its own branch with the same way before it, and no stranger can write one', () => {
    const mark = wayMark(ids, invite);
    assert.notEqual(markedBranch(ids, mark), markedBranch(ids, mark));
    assert.equal(isLoop(invite, mark), false);
    const back = { ...invite, headers: invite.headers.clone() };
    back.headers
      .prepend('Via', `SIP/2.0/UDP us;branch=${markedBranch(ids, mark)}`)
      .prepend('Via', 'SIP/2.0/UDP next;branch=z9hG4bKx');
    assert.equal(isLoop(back, wayMark(ids, back)), true);
    const spiral = { ...back, uri: 'sip:other@b' };
    assert.equal(isLoop(spiral, wayMark(ids, spiral)), false);
    assert.notEqual(wayMark(randomIdentifiers('other'), invite), mark);
  });
});

describe('a proxy frame', () => {
  it('says what is to be done, and leaves out what it likes', () => {
    const fields = ['t', 'remainInDialog', 'fullResponse', '', 'simultaneous', '1500ms', '20s', 'sip:a', 'sip:b'];
    const { message, ...order } = readProxyOrder(fields, Buffer.alloc(0)) ?? {};
    assert.equal(message?.length, 0);
    assert.deepEqual(order, {
      transactionId: 't',
      remainInDialog: true,
      fullResponse: true,
      followRedirects: false,
      order: 'simultaneous',
      provisionalTimeout: 1500,
      finalTimeout: 20_000,
      destinations: ['sip:a', 'sip:b'],
    });
    assert.equal(readProxyOrder(['t'], Buffer.alloc(0)), undefined);
    assert.deepEqual(readProxyOrder(['t', ''], Buffer.alloc(0))?.destinations, []);
  });

  it('reads seconds and milliseconds, and nothing else', () => {
    assert.deepEqual(['2s', '10ms', '0s', '', '5', '1m', '-1s', '999999999s'].map(readTimeout), [
      ...[2000, 10],
      ...Array.from({ length: 5 }, () => undefined),
      2 ** 31 - 1,
    ]);
  });
});
