import assert from 'node:assert/strict';
import {
  confirmed,
  confirmedBy,
  counted,
  followed,
  pathOf,
  retargeted,
  uacDialog,
  uasDialog,
} from '../../../../src/sip-engine/dialog/dialog.ts';
import { Headers } from '../../../../src/sip-engine/message/headers.ts';
import type { SipRequest, SipResponse } from '../../../../src/sip-engine/message/types.ts';

const invite = (fields: readonly (readonly [string, string])[] = []): SipRequest => ({
  kind: 'request',
  method: 'INVITE',
  uri: 'sip:bob@example.com',
  headers: Headers.from([
    ['From', '"Alice" <sip:alice@example.com>;tag=a1'],
    ['To', '<sip:bob@example.com>'],
    ['Call-ID', 'call-1'],
    ['CSeq', '41 INVITE'],
    ['Contact', '<sip:alice@192.0.2.1:5062;ob>'],
    ...fields,
  ]),
  body: Buffer.alloc(0),
});

const answer = (status: number, fields: readonly (readonly [string, string])[] = []): SipResponse => ({
  kind: 'response',
  status,
  reason: 'OK',
  headers: Headers.from([
    ['From', '"Alice" <sip:alice@example.com>;tag=a1'],
    ['To', '<sip:bob@example.com>;tag=b1'],
    ['Call-ID', 'call-1'],
    ['CSeq', '41 INVITE'],
    ...fields,
  ]),
  body: Buffer.alloc(0),
});

const recordRoutes = [
  ['Record-Route', '<sip:p2.example;lr>, <sip:p1.example;lr>'],
  ['Record-Route', '<sip:p0.example;lr>'],
] as const;

describe('a dialog', () => {
  it('is named by Call-ID and the tag of whoever called, on either side', () => {
    assert.equal(uasDialog(invite(), 'b1').id, 'call-1;from-tag=a1');
    assert.equal(uacDialog(invite(), answer(200)).id, 'call-1;from-tag=a1');
  });

  it('of the called side speaks as To, answers to From, and counts on from their CSeq', () => {
    const dialog = confirmed(uasDialog(invite(recordRoutes), 'b1'));
    assert.equal(dialog.local, '<sip:bob@example.com>;tag=b1');
    assert.equal(dialog.remote, '"Alice" <sip:alice@example.com>;tag=a1');
    assert.equal(dialog.target, 'sip:alice@192.0.2.1:5062;ob');
    assert.equal(counted(dialog).localSequence, 42);
    assert.deepEqual(dialog.routes, ['<sip:p2.example;lr>', '<sip:p1.example;lr>', '<sip:p0.example;lr>']);
  });

  it('of the calling side takes its routes in reverse order (RFC 3261 §12.1.2)', () => {
    const dialog = uacDialog(invite(), answer(200, recordRoutes));
    assert.deepEqual(dialog.routes, ['<sip:p0.example;lr>', '<sip:p1.example;lr>', '<sip:p2.example;lr>']);
    assert.equal(dialog.remoteTag, 'b1');
    assert.equal(dialog.phase, 'confirmed');
  });

  it('that was early is settled anew by its 2xx, and keeps its count', () => {
    const early = counted(uacDialog(invite(), answer(180, [['Contact', '<sip:early@192.0.2.9>']])));
    const settled = confirmedBy(early, invite(), answer(200, [['Contact', '<sip:late@192.0.2.9>']]));
    assert.deepEqual([early.phase, settled.phase], ['early', 'confirmed']);
    assert.deepEqual([early.target, settled.target], ['sip:early@192.0.2.9', 'sip:late@192.0.2.9']);
    assert.equal(settled.localSequence, 42);
  });

  it('takes their requests in order only', () => {
    const fresh = uacDialog(invite(), answer(200));
    const first = followed(fresh, 7);
    assert.equal(first?.remoteSequence, 7);
    assert.equal(first === undefined ? 0 : followed(first, 7), undefined);
    assert.equal(followed(uasDialog(invite(), 'b1'), 41), undefined);
    assert.equal(followed(uasDialog(invite(), 'b1'), 99)?.remoteSequence, 99);
  });

  it('moves to a new Contact, and stays where there is none', () => {
    const dialog = uasDialog(invite(), 'b1');
    assert.equal(retargeted(dialog, answer(200, [['Contact', '<sip:new@192.0.2.7>']])).target, 'sip:new@192.0.2.7');
    assert.equal(retargeted(dialog, answer(200)), dialog);
  });

  it('puts the target behind a strict router (RFC 3261 §12.2.1.1)', () => {
    const loose = uasDialog(invite([['Record-Route', '<sip:p1.example;lr>']]), 'b1');
    assert.deepEqual(pathOf(loose), { uri: 'sip:alice@192.0.2.1:5062;ob', routes: ['<sip:p1.example;lr>'] });
    const strict = uasDialog(invite([['Record-Route', '<sip:p1.example>, <sip:p0.example;lr>']]), 'b1');
    assert.deepEqual(pathOf(strict), {
      uri: 'sip:p1.example',
      routes: ['<sip:p0.example;lr>', '<sip:alice@192.0.2.1:5062;ob>'],
    });
  });
});
