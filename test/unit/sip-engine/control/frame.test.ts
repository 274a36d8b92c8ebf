import assert from 'node:assert/strict';
import { FrameReader, parseFrame, printFrame } from '../../../../src/sip-engine/control/frame.ts';
import { timeOfDay } from '../../../../src/sip-engine/control/meta.ts';
import { Routes } from '../../../../src/sip-engine/control/routes.ts';

describe('a control frame', () => {
  it('counts bytes, in both directions', () => {
    const frame = printFrame(['id', 'sip', 'é☎'], Buffer.from('ü'));
    assert.equal(frame.toString(), '16#id|sip|é☎\r\nü');
    const payloads = new FrameReader(1000).feed(frame);
    assert.equal(payloads?.length, 1);
    const { fields, message } = parseFrame(payloads?.[0] ?? Buffer.alloc(0));
    assert.deepEqual(fields, ['id', 'sip', 'é☎']);
    assert.equal(message.toString(), 'ü');
  });

  it('is found in pieces of any size, and several in one', () => {
    const stream = Buffer.concat([
      printFrame(['a', 'ping']),
      printFrame(['b', 'route', 'invite']),
      printFrame(['c', 'x']),
    ]);
    for (let size = 1; size <= stream.length; size++) {
      const reader = new FrameReader(1000);
      const verbs: string[] = [];
      for (let at = 0; at < stream.length; at += size) {
        for (const payload of reader.feed(stream.subarray(at, at + size)) ?? []) {
          verbs.push(parseFrame(payload).fields[1] ?? '');
        }
      }
      assert.deepEqual(verbs, ['ping', 'route', 'x']);
    }
  });

  it('is refused without a length, or with one over the limit', () => {
    for (const text of ['#a', 'x#a', '12a#', '1001#', '99999999999']) {
      assert.equal(new FrameReader(1000).feed(Buffer.from(text)), undefined, text);
    }
  });

  it('cannot be broken by a line end in a field', () => {
    assert.equal(printFrame(['a', 'b\r\nc']).toString(), '5#a|b c');
  });

  it('tells the time of day', () => {
    assert.equal(timeOfDay(Date.UTC(2026, 0, 2, 3, 4, 5, 67)), '03:04:05.067000');
  });
});

describe('routes', () => {
  it('give each connection its turn, however often it asked', () => {
    const routes = new Routes<string>();
    for (const connection of ['a', 'a', 'b', 'a']) routes.add('invite', connection);
    const turns = [1, 2, 3, 4].map(() => routes.next('invite'));
    assert.deepEqual(turns.toSorted(), ['a', 'a', 'b', 'b']);
  });

  it('forget one verb, or all of a connection', () => {
    const routes = new Routes<string>();
    routes.add('invite', 'a');
    routes.add('options', 'a');
    routes.add('options', 'b');
    routes.remove('options', 'a');
    assert.deepEqual([routes.next('invite'), routes.next('options')], ['a', 'b']);
    routes.removeAll('b');
    assert.equal(routes.next('options'), undefined);
    assert.deepEqual(routes.verbs(), ['invite']);
  });
});
