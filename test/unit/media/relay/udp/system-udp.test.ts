import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Descriptors } from '../../../../../src/media/relay/udp/descriptors.ts';
import { type SystemCalls, systemCalls } from '../../../../../src/media/relay/udp/system-calls.ts';
import { SystemUdp } from '../../../../../src/media/relay/udp/system-udp.ts';
import { freePortRange } from '../../../../support/rtp-party.ts';

const system = systemCalls();
const title = 'UDP sockets of the system';

if (typeof system === 'string') {
  describe(title, () => {
    it(`cannot be tried here: ${system}`);
  });
} else describe(title, () => tests(system));

function tests(calls: SystemCalls): void {
  for (const [bound, address] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['::', '::1'],
    ['::', '127.0.0.1'],
  ] as const) {
    it(`carry packets both ways with ${address} when bound to ${bound}`, async () => {
      const { udp, done } = opened(calls);
      const { from: port } = await freePortRange(1);
      const heard: string[] = [];
      const socket = await udp.bind(bound, port, (packet, from) => {
        heard.push(`${packet.toString()} of ${from.address}`);
        socket.send(Buffer.from('back'), from);
      });
      const peer = createSocket(address.includes(':') ? 'udp6' : 'udp4');
      peer.send('there', port, address);
      const [answer] = (await once(peer, 'message')) as [Buffer];
      equal(answer.toString(), 'back');
      deepEqual(heard, [`there of ${address}`]);
      peer.close();
      socket.close();
      done();
    });
  }

  it('hear only whole packets, and go on after one that is longer than any of sound', async () => {
    const { udp, done } = opened(calls);
    const { from: port } = await freePortRange(1);
    const heard: number[] = [];
    const socket = await udp.bind('127.0.0.1', port, (packet) => heard.push(packet.length));
    const peer = createSocket('udp4');
    for (const bytes of [172, 0, 9000, 3]) peer.send(Buffer.alloc(bytes, 1), port, '127.0.0.1');
    while (heard.at(-1) !== 3) await soon();
    deepEqual(heard, [172, 0, 3]);
    peer.close();
    socket.close();
    done();
  });

  it('are not heard any more once closed, and give their port back', async () => {
    const { udp, done } = opened(calls);
    const { from: port } = await freePortRange(1);
    const first = await udp.bind('127.0.0.1', port, () => undefined);
    await rejects(
      udp.bind('127.0.0.1', port, () => undefined),
      { code: 'EADDRINUSE' },
    );
    first.close();
    first.close();
    first.send(Buffer.from('nobody'), { address: '127.0.0.1', port });
    const second = await udp.bind('127.0.0.1', port, () => undefined);
    second.close();
    done();
  });

  it('survive a peer that is not there', async () => {
    const { udp, done } = opened(calls);
    const { from: port } = await freePortRange(2);
    const heard: string[] = [];
    const socket = await udp.bind('127.0.0.1', port, (packet) => heard.push(packet.toString()));
    for (let tries = 0; tries < 5; tries++) socket.send(Buffer.from('x'), { address: '127.0.0.1', port: port + 1 });
    socket.send(Buffer.from('x'), { address: 'not an address', port: 1 });
    const peer = createSocket('udp4');
    peer.send('still there', port, '127.0.0.1');
    while (heard.length === 0) await soon();
    deepEqual(heard, ['still there']);
    peer.close();
    socket.close();
    done();
  });

  it('refuse an address that this machine does not have, in the words of the system', async () => {
    const { udp, done } = opened(calls);
    await rejects(
      udp.bind('192.0.2.1', 40_000, () => undefined),
      { code: 'EADDRNOTAVAIL' },
    );
    done();
  });
}

function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** `done` closes what is left and checks that only the one that waits for all was. */
function opened(calls: SystemCalls): { udp: SystemUdp; done: () => void } {
  const before = openDescriptors();
  const descriptors = new Descriptors(Descriptors.shared(8));
  const wake = calls.eventfd(0, 0);
  descriptors.add(wake);
  const udp = new SystemUdp(calls, descriptors, wake, () => performance.now());
  return {
    udp,
    done: () => {
      const left = [...descriptors.drain()];
      equal(left.length, 2, 'what waits, and what wakes it');
      for (const fd of left) calls.close(fd);
      ok(openDescriptors() <= before + 1, 'a descriptor was left open');
    },
  };
}

/** A datagram socket of the test may still be closing. */
function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
