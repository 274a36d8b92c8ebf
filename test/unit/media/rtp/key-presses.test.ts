import assert from 'node:assert/strict';
import { keyPressed, type KeyPacket, type KeyPresses } from '../../../../src/media/rtp/key-presses.ts';

const ssrc = 7;

function packet(
  event: number,
  timestamp: number,
  duration: number,
  more: { end?: boolean; marker?: boolean; ssrc?: number } = {},
) {
  const payload = Uint8Array.of(event, (more.end === true ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
  return { ssrc: more.ssrc ?? ssrc, timestamp: timestamp >>> 0, marker: more.marker ?? false, payload };
}

/** A press of 100 ms as phones send it. */
function press(event: number, timestamp: number): KeyPacket[] {
  return [
    packet(event, timestamp, 160, { marker: true }),
    ...[320, 480, 640].map((duration) => packet(event, timestamp, duration)),
    ...[800, 800, 800].map((duration) => packet(event, timestamp, duration, { end: true })),
  ];
}

function keysOf(packets: readonly KeyPacket[]): string {
  let presses: KeyPresses | undefined;
  let keys = '';
  for (const each of packets) {
    const step = keyPressed(presses, each);
    presses = step.presses;
    keys += step.key ?? '';
  }
  return keys;
}

describe('key presses (RFC 4733)', () => {
  it('are told once each, with the first packet', () => {
    assert.equal(keysOf(press(5, 1000)), '5');
    assert.equal(keysOf(press(5, 1000).slice(0, 1)), '5');
    assert.equal(keysOf([...press(5, 1000), ...press(5, 3000), ...press(11, 5000)]), '55#');
  });

  it('are told whichever single packet of theirs arrives', () => {
    for (let only = 0; only < 7; only++) assert.equal(keysOf([press(10, 1000)[only]!]), '*');
  });

  it('are told once though their last packets get lost, and the next press of that key is another', () => {
    assert.equal(keysOf([...press(5, 1000).slice(0, 4), ...press(5, 3000)]), '55');
    assert.equal(keysOf([...press(5, 1000).slice(0, 4), ...press(5, 3000).slice(1)]), '55');
  });

  it('are told once in whatever order their packets come', () => {
    const [one, two] = [press(1, 1000), press(2, 2600)];
    assert.equal(keysOf([...one].reverse()), '1');
    assert.equal(keysOf([...one.slice(0, 5), ...two, ...one.slice(5), ...two]), '12');
    assert.equal(keysOf([...two, ...one]), '21');
  });

  it('that last longer than a timestamp can say are one still', () => {
    const held = [packet(9, 1000, 160, { marker: true }), packet(9, 1000, 0xffff), packet(9, 1000 + 0xffff, 160)];
    assert.equal(keysOf([...held, packet(9, 1000 + 0xffff, 800, { end: true })]), '9');
  });

  it('of a sender that gives every packet its own timestamp are one still', () => {
    const odd = [160, 320, 480, 640].map((duration, index) =>
      packet(4, 1000 + 160 * index, duration, { marker: index === 0, end: index === 3 }),
    );
    assert.equal(keysOf([...odd, packet(4, 5000, 160, { marker: true })]), '44');
  });

  it('go on over the wrap of the timestamp, and when the sender begins anew', () => {
    assert.equal(keysOf([...press(1, 2 ** 32 - 400), ...press(2, 2000)]), '12');
    assert.equal(keysOf([...press(1, 1_000_000), ...press(1, 1000)]), '11');
    const other = press(1, 1000).map((each) => ({ ...each, ssrc: 8 }));
    assert.equal(keysOf([...press(1, 1000), ...other]), '11');
  });

  it('are of sixteen keys; flashes, tones and damaged packets are none', () => {
    assert.equal(
      keysOf(Array.from({ length: 20 }, (_, event) => press(event, 2000 * event)).flat()),
      '0123456789*#ABCD',
    );
    assert.equal(keysOf([{ ssrc, timestamp: 0, marker: true, payload: Uint8Array.of(1, 0, 0) }]), '');
  });
});
