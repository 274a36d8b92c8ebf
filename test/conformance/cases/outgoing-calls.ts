import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AppRequest, AppResponse } from '../application.ts';
import { countOf, fieldOf, isRequest, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

export const outgoingCalls: Suite = {
  title: 'calls that the application makes',
  options: {},
  cases(check) {
    check('sends a whole INVITE, hands 180 and 200 up, acknowledges, and hears the BYE', async (stage) => {
      const { bob, srf } = stage;
      const heard: number[] = [];
      let sent: AppRequest | undefined;
      const calling = srf.createUAC(
        bob.uri,
        { localSdp: sdp, headers: { From: 'sip:100@localhost', Subject: 'a call' } },
        { cbRequest: (_, req) => (sent = req), cbProvisional: (res) => heard.push(res.status) },
      );
      const invite = await bob.takesRequest('INVITE');
      assert.match(fieldOf(invite, 'From'), new RegExp(`^<sip:100@${stage.own}>;tag=\\S+$`));
      assert.equal(fieldOf(invite, 'To'), `<${bob.uri}>`);
      assert.match(fieldOf(invite, 'Contact'), new RegExp(`^<sip:(100@)?${stage.own}>$`));
      assert.equal(fieldOf(invite, 'Max-Forwards'), '70');
      assert.equal(fieldOf(invite, 'Subject'), 'a call');
      assert.equal(fieldOf(invite, 'Content-Type'), 'application/sdp');
      assert.equal(invite.body.toString(), sdp);
      stage.say(bob, bob.answer(invite, 100));
      stage.say(bob, bob.answer(invite, 180));
      stage.say(bob, bob.answer(invite, 200, {}, sdp));
      const dialog = await calling;
      assert.deepEqual(heard, [180]);
      assert.equal(sent?.get('Call-ID'), fieldOf(invite, 'Call-ID'));
      const destroyed = once(dialog, 'destroy');
      const ack = await bob.takesRequest('ACK');
      assert.equal(ack.uri, bob.uri);
      assert.equal(fieldOf(ack, 'CSeq'), fieldOf(invite, 'CSeq').replace('INVITE', 'ACK'));
      assert.match(fieldOf(ack, 'To'), /;tag=bobtag$/);
      assert.notEqual(fieldOf(ack, 'Via'), fieldOf(invite, 'Via'));
      assert.equal(dialog.remote.sdp, sdp);
      assert.match(dialog.id, new RegExp(`^${fieldOf(invite, 'Call-ID')};from-tag=${dialog.sip.localTag}$`));
      stage.say(bob, bob.reverse(invite, 'BYE', 1));
      await destroyed;
      await bob.takes(200, 'BYE');
    });

    for (const status of [302, 404, 486, 503, 603]) {
      check(`acknowledges a ${status} by itself, each time it comes, and hands it up once`, async (stage) => {
        const { bob, srf } = stage;
        const calling = srf.createUAC(bob.uri, { localSdp: sdp });
        const failed = assert.rejects(calling, (error: { status?: number }) => error.status === status);
        const invite = await bob.takesRequest('INVITE');
        const refusal = bob.answer(invite, status);
        stage.say(bob, refusal);
        const ack = await bob.takesRequest('ACK');
        assert.equal(fieldOf(ack, 'Via').split(';branch=')[1], fieldOf(invite, 'Via').split(';branch=')[1]);
        assert.equal(ack.uri, invite.uri);
        await failed;
        stage.say(bob, refusal);
        await bob.takesRequest('ACK');
      });
    }

    check('acknowledges a repeated 200 again, without asking the application', async (stage) => {
      const { bob } = stage;
      const { ok, ack, dialog } = await stage.outgoingCall();
      stage.say(bob, ok);
      const again = await bob.takesRequest('ACK');
      assert.equal(fieldOf(again, 'CSeq'), fieldOf(ack, 'CSeq'));
      await stage.applicationEnds(dialog, bob);
    });

    check('repeats an INVITE that gets no answer, and gives up with a 408 of its own', async (stage) => {
      const { bob, srf } = stage;
      const calling = srf.createUAC(bob.uri, { localSdp: sdp });
      const failed = assert.rejects(calling, (error: { status?: number }) => error.status === 408);
      const [first, again] = [await bob.takesRequest('INVITE'), await bob.takesRequest('INVITE')];
      assert.equal(fieldOf(again, 'Via'), fieldOf(first, 'Via'));
      await failed;
    });

    check('stops repeating an INVITE once somebody said something', async (stage) => {
      const { bob, srf } = stage;
      const calling = srf.createUAC(bob.uri, { localSdp: sdp });
      const invite = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(invite, 100));
      await stage.routed();
      const until = countOf(bob, isRequest('INVITE'));
      await stage.routed();
      assert.equal(countOf(bob, isRequest('INVITE')), until);
      stage.say(bob, bob.answer(invite, 486));
      await assert.rejects(calling);
    });

    check('carries the second attempt after a digest challenge: the same call, one CSeq on', async (stage) => {
      const { bob, srf } = stage;
      const calling = srf.createUAC(bob.uri, { localSdp: sdp, auth: { username: 'u', password: 'p' } });
      const first = await bob.takesRequest('INVITE');
      stage.say(
        bob,
        bob.answer(first, 401, { 'WWW-Authenticate': 'Digest realm="r",nonce="n1",qop="auth",algorithm=MD5' }),
      );
      await bob.takesRequest('ACK');
      const second = await bob.takesRequest('INVITE');
      assert.match(fieldOf(second, 'Authorization'), /username="u"/);
      assert.equal(fieldOf(second, 'Call-ID'), fieldOf(first, 'Call-ID'));
      assert.equal(fieldOf(second, 'From'), fieldOf(first, 'From'));
      assert.equal(Number.parseInt(fieldOf(second, 'CSeq')), Number.parseInt(fieldOf(first, 'CSeq')) + 1);
      stage.say(bob, bob.answer(second, 200, {}, sdp));
      const dialog = await calling;
      await bob.takesRequest('ACK');
      await stage.applicationEnds(dialog, bob);
    });

    check('follows the Record-Route of the answer, turned around', async (stage) => {
      const { bob, carol } = stage;
      const near = `<sip:${carol.address}:${String(carol.port)};lr>`;
      const far = `<sip:127.0.0.1:9;lr>`;
      const calling = stage.srf.createUAC(bob.uri, { localSdp: sdp });
      const invite = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(invite, 200, { 'Record-Route': `${far}, ${near}` }, sdp));
      const dialog = await calling;
      const ack = await carol.takesRequest('ACK');
      assert.equal(ack.uri, bob.uri);
      assert.equal(
        ack.headers.all('Route').join(', ').replaceAll(',', ', ').replaceAll(',  ', ', '),
        `${near}, ${far}`,
      );
      await stage.applicationEnds(dialog, carol);
    });

    check('makes a dialog of an answer whose Contact has another user and parameters', async (stage) => {
      const { bob } = stage;
      const contact = `sip:desk%20phone@${bob.address}:${String(bob.port)};line=7`;
      const { ack, dialog } = await stage.outgoingCall({}, { Contact: `"Bob" <${contact}>;+sip.instance="<x>"` });
      assert.equal(ack.uri, contact);
      assert.equal((await stage.applicationEnds(dialog, bob)).uri, contact);
    });

    check('lets the application acknowledge with an answer of its own, where it made no offer', async (stage) => {
      const { bob } = stage;
      const client = await stage.frames();
      const sent = await client.answer(client.send('sip||', `INVITE ${bob.uri} SIP/2.0\r\n\r\n`));
      assert.equal(sent.fields[3], 'OK');
      const invite = await bob.takesRequest('INVITE');
      assert.equal(invite.body.length, 0);
      stage.say(bob, bob.answer(invite, 200, {}, sdp));
      const { fields, message } = await client.sip();
      assert.match(message, /^SIP\/2\.0 200 /);
      const ack = await client.answer(
        client.send(
          `sip||${fields[9] ?? ''}`,
          `ACK ${bob.uri} SIP/2.0\r\nContent-Type: application/sdp\r\nContent-Length: ${String(sdp.length)}\r\n\r\n${sdp}`,
        ),
      );
      assert.equal(ack.fields[3], 'OK');
      assert.equal((await bob.takesRequest('ACK')).body.toString(), sdp);
      stage.say(bob, bob.reverse(invite, 'BYE', 1));
      const bye = await client.sip();
      await client.ask(`sip|${bye.fields[8] ?? ''}|`, 'SIP/2.0 200 OK\r\n\r\n');
      await bob.takes(200, 'BYE');
    });

    check('refuses the ACK of the application to a refusal: that is sent already', async (stage) => {
      const { bob } = stage;
      const client = await stage.frames();
      await client.ask('sip||', `INVITE ${bob.uri} SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
      const invite = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(invite, 404));
      const { fields } = await client.sip();
      const [verdict, why] = await client.ask(`sip||${fields[9] ?? ''}`, `ACK ${bob.uri} SIP/2.0\r\n\r\n`);
      assert.equal(verdict, 'NOK');
      assert.equal(why, 'Server error: ACK for non-success final response is automatically generated by server');
    });

    check('keeps one dialog of a fork, and ends the other', async (stage) => {
      const { bob } = stage;
      const { invite, ok, dialog } = await stage.outgoingCall();
      const other = bob.answer(invite, 200, {}, sdp);
      other.headers.set('To', fieldOf(ok, 'To').replace('bobtag', 'othertag'));
      stage.say(bob, other);
      await stage.differs('second-fork', {
        ours: async () => {
          assert.match(fieldOf(await bob.takesRequest('ACK'), 'To'), /othertag/);
          const bye = await bob.takesRequest('BYE');
          assert.match(fieldOf(bye, 'To'), /othertag/);
          stage.say(bob, bob.answer(bye, 200));
        },
        drachtio: () => stage.roundTrip(bob),
      })();
      assert.equal(dialog.connected, true);
      await stage.applicationEnds(dialog, bob);
    });

    check('hands up what a provisional answer carries', async (stage) => {
      const { bob, srf } = stage;
      const early: AppResponse[] = [];
      const calling = srf.createUAC(bob.uri, { localSdp: sdp }, { cbProvisional: (res) => early.push(res) });
      const invite = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(invite, 183, { 'X-Early': 'yes' }, sdp));
      stage.say(bob, bob.answer(invite, 486));
      await assert.rejects(calling);
      assert.equal(early[0]?.get('X-Early'), 'yes');
      assert.equal(early[0]?.body, sdp);
    });
  },
};
