import assert from 'node:assert/strict';
import { Headers } from '../../../../src/sip-engine/message/headers.ts';
import { reasonPhrase } from '../../../../src/sip-engine/message/reason-phrase.ts';
import { responseTo } from '../../../../src/sip-engine/message/respond.ts';
import type { SipRequest } from '../../../../src/sip-engine/message/types.ts';

const request = (to = '<sip:bob@example.com>'): SipRequest => ({
  kind: 'request',
  method: 'INVITE',
  uri: 'sip:bob@example.com',
  headers: Headers.from([
    ['Via', 'SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2'],
    ['Record-Route', '<sip:p1;lr>'],
    ['v', 'SIP/2.0/UDP c;branch=3'],
    ['Record-Route', '<sip:p2;lr>'],
    ['f', '<sip:alice@example.com>;tag=a'],
    ['To', to],
    ['Call-ID', 'c1'],
    ['CSeq', '1 INVITE'],
    ['Timestamp', '54.2'],
    ['Subject', 'not copied'],
  ]),
  body: Buffer.from('offer'),
});

describe('responseTo', () => {
  it('copies what RFC 3261 §8.2.6.2 names, in order, and tags To', () => {
    const response = responseTo(request(), 486, undefined, { toTag: 't', headers: [['Retry-After', '5']] });
    assert.deepEqual([response.status, response.reason, response.body.length], [486, 'Busy Here', 0]);
    assert.deepEqual(
      [...response.headers],
      [
        ['Via', 'SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2'],
        ['Via', 'SIP/2.0/UDP c;branch=3'],
        ['From', '<sip:alice@example.com>;tag=a'],
        ['To', '<sip:bob@example.com>;tag=t'],
        ['Call-ID', 'c1'],
        ['CSeq', '1 INVITE'],
        ['Retry-After', '5'],
      ],
    );
  });

  it('copies Record-Route into what makes a dialog, and Timestamp into 100', () => {
    const routes = (status: number) => responseTo(request(), status).headers.all('Record-Route').length;
    assert.deepEqual([100, 180, 200, 302, 486].map(routes), [0, 2, 2, 0, 0]);
    assert.equal(responseTo(request(), 100).headers.get('Timestamp'), '54.2');
    assert.equal(responseTo(request(), 180).headers.get('Timestamp'), undefined);
  });

  it('leaves To alone in a 100, where it has a tag, and where it cannot be read', () => {
    const to = (value: string, status: number) =>
      responseTo(request(value), status, '', { toTag: 't' }).headers.get('To');
    assert.equal(to('<sip:bob@example.com>', 100), '<sip:bob@example.com>');
    assert.equal(to('<sip:bob@example.com>;TAG=x', 200), '<sip:bob@example.com>;TAG=x');
    assert.equal(to('"bob <sip:bob@example.com>', 400), '"bob <sip:bob@example.com>');
    assert.equal(to('sip:bob@example.com', 200), 'sip:bob@example.com;tag=t');
    assert.equal(to('"tag=" <sip:bob@example.com;tag=u>', 200), '"tag=" <sip:bob@example.com;tag=u>;tag=t');
  });

  it('knows the phrases, and those of the classes', () => {
    assert.deepEqual([100, 200, 487, 488, 603].map(reasonPhrase), [
      'Trying',
      'OK',
      'Request Terminated',
      'Not Acceptable Here',
      'Decline',
    ]);
    assert.deepEqual([189, 499, 699].map(reasonPhrase), ['Session Progress', 'Bad Request', 'Busy Everywhere']);
  });
});
