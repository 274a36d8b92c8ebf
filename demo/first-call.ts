import assert from 'node:assert/strict';
import { drawLadder } from '../src/call/ladder.ts';
import { callerLeg } from '../src/call/party.ts';
import { TestExchange } from '../test/support/exchange.ts';

/** Starts the exchange on free ports, makes a call that rings two phones, listens to it, and shows what remains of it. */
export async function firstCall(): Promise<void> {
  const test = await TestExchange.start();
  try {
    await call(test);
  } finally {
    await test.stop();
  }
}

async function call(exchange: TestExchange): Promise<void> {
  step(
    'The exchange listens',
    exchange.exchange.sip.map(({ transport, address, port }) => `${transport} ${address}:${String(port)}`).join(', '),
  );
  const joris = await exchange.registered('202-desk');
  const desk = await exchange.registered('201-desk');
  const app = await exchange.registered('201-qaller', { transport: 'tcp' });
  step('Three phones registered', '202-desk and 201-desk over UDP, 201-qaller over TCP');

  const calling = await joris.invite('201');
  const [atDesk, atApp] = await Promise.all([desk.incomingCall(), app.incomingCall()]);
  atDesk.ring();
  atApp.ring();
  await calling.provisional(180);
  step('202 dials 201', 'the desk phone and the app ring together, and the caller hears it');

  const answered = await atApp.answer();
  const talk = await calling.answered();
  const lost = await atDesk.ended;
  assert.equal(lost.reason, 'SIP;cause=200;text="Call completed elsewhere"');
  step('The app answers', `the desk phone is told: ${lost.reason}`);

  talk.sendTone(440);
  answered.sendTone(880);
  await Promise.all([answered.hear(440), talk.hear(880)]);
  step('Both speak', 'the app heard 440 Hz, the caller heard 880 Hz');

  await talk.hangUp();
  await answered.ended;
  const { record, events } = await exchange.call(1);
  assert.equal(record.outcome, 'answered');
  assert.ok((record.media?.caller.packetsReceived ?? 0) > 0, 'no sound was counted');
  for (const phone of [joris, desk, app]) phone.expectNoSurprises();

  console.log('\nThe call as it went:\n');
  const names: Readonly<Record<string, string>> = {
    [callerLeg]: '202-desk',
    'callee-1': '201-desk',
    'callee-2': '201-qaller',
  };
  console.log(drawLadder(events, exchange.exchange.policy, (leg) => names[leg] ?? leg));
  console.log('\nIts record:\n');
  console.log(JSON.stringify(record, null, 2));
}

function step(what: string, detail: string): void {
  console.log(`${what}: ${detail}.`);
}
