import assert from 'node:assert/strict';
import { parseVia, type Via } from '../../../../src/sip-engine/message/via.ts';
import { clientKey, mergeKey, serverKey } from '../../../../src/sip-engine/transaction/key.ts';
import { rfcTimers } from '../../../../src/sip-engine/transaction/timers.ts';
import { Transactions } from '../../../../src/sip-engine/transaction/transactions.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

interface Answer {
  readonly status: number;
}

function rig() {
  const clock = new VirtualClock(0);
  const count = { timers: 0 };
  const log: string[] = [];
  const transactions = new Transactions<Answer, string>(clock, rfcTimers, count);
  const at = (what: string): void => {
    log.push(`${String(clock.now())} ${what}`);
  };
  const client = {
    send: (repeated: boolean) => at(repeated ? 'again' : 'send'),
    acknowledge: ({ status }: Answer) => at(`ack ${String(status)}`),
    deliver: ({ status }: Answer) => at(`deliver ${String(status)}`),
    report: (problem: string) => at(problem),
    ended: () => at('ended'),
  };
  const server = {
    send: (bytes: Uint8Array, repeated: boolean) => at(`${repeated ? 'again' : 'send'} ${String(bytes[0])}`),
    acknowledged: (ack: string) => at(`ack ${ack}`),
    report: (problem: string) => at(problem),
    ended: () => at('ended'),
  };
  return { clock, count, log, transactions, client, server };
}

describe('transactions in virtual time', () => {
  it('send an INVITE seven times in 32 seconds, then give up and leave nothing', () => {
    const { clock, count, log, transactions, client } = rig();
    transactions.newClient('k', 'invite', false, client).start();
    clock.advance(40_000);
    assert.deepEqual(log, [
      '0 send',
      '500 again',
      '1500 again',
      '3500 again',
      '7500 again',
      '15500 again',
      '31500 again',
      '32000 timeout',
      '32000 ended',
    ]);
    assert.deepEqual([count.timers, clock.pending, transactions.client('k')], [0, 0, undefined]);
    assert.equal(transactions.counts.clientInvite, 0);
  });

  it('send any other request eleven times in 32 seconds', () => {
    const { clock, log, transactions, client } = rig();
    transactions.newClient('k', 'non-invite', false, client).start();
    clock.advance(40_000);
    assert.equal(log.filter((line) => line.endsWith('send') || line.endsWith('again')).length, 11);
    assert.deepEqual(log.slice(-2), ['32000 timeout', '32000 ended']);
  });

  it('repeat a refusal until its ACK', () => {
    const { clock, count, log, transactions, server } = rig();
    const transaction = transactions.newServer('k', 'invite', false, server);
    transaction.respond(486, Uint8Array.of(1));
    clock.advance(1600);
    transaction.acknowledge('it');
    clock.advance(10_000);
    assert.deepEqual(log, ['0 send 1', '500 again 1', '1500 again 1', '6600 ended']);
    assert.deepEqual([count.timers, transactions.counts.serverInvite], [0, 0]);
  });

  it('are forgotten at once over TCP, and when they are abandoned', () => {
    const { count, transactions, client, server } = rig();
    const asked = transactions.newClient('k', 'non-invite', true, client);
    asked.start();
    asked.receive({ status: 200 });
    assert.equal(transactions.client('k'), undefined);
    const dropped = transactions.newServer('s', 'non-invite', false, server);
    dropped.respond(200, Uint8Array.of(2));
    transactions.dropServer('s');
    assert.deepEqual([count.timers, transactions.counts.serverNonInvite], [0, 0]);
  });
});

describe('transaction keys', () => {
  const via = (text: string): Via => {
    const parsed = parseVia(text);
    assert.ok(parsed);
    return parsed;
  };
  const identity = { callId: 'c', cseq: 7, fromTag: 'f' };

  it('join ACK to its INVITE, and keep CANCEL apart (RFC 3261 §17.2.3)', () => {
    const hop = via('SIP/2.0/UDP host.example:5060;branch=z9hG4bKa');
    assert.equal(serverKey(hop, 'ACK', identity), serverKey(hop, 'INVITE', identity));
    assert.notEqual(serverKey(hop, 'CANCEL', identity), serverKey(hop, 'INVITE', identity));
  });

  it('tell two senders of one branch apart by sent-by', () => {
    const [one, other] = [via('SIP/2.0/UDP a:5060;branch=z9hG4bKa'), via('SIP/2.0/UDP b:5060;branch=z9hG4bKa')];
    assert.notEqual(serverKey(one, 'BYE', identity), serverKey(other, 'BYE', identity));
  });

  it('fall back on the message itself where the branch lacks the cookie', () => {
    const [one, other] = [via('SIP/2.0/UDP a;branch=1'), via('SIP/2.0/UDP a;branch=2')];
    assert.equal(serverKey(one, 'BYE', identity), serverKey(other, 'BYE', identity));
    assert.notEqual(serverKey(one, 'BYE', identity), serverKey(one, 'BYE', { ...identity, cseq: 8 }));
  });

  it('name a response by branch and CSeq method, and a merged request by what its copies share', () => {
    assert.notEqual(clientKey('z9hG4bKa', 'INVITE'), clientKey('z9hG4bKa', 'CANCEL'));
    assert.equal(mergeKey('INVITE', identity), mergeKey('INVITE', { ...identity }));
  });
});
