import assert from 'node:assert/strict';
import { asks, type AppRequest, type Verb } from '../application.ts';
import { fieldOf } from '../stage.ts';
import type { Suite } from '../suite.ts';

const text = { 'Content-Type': 'text/plain' };

export const outsideDialogs: Suite = {
  title: 'requests outside a dialog',
  options: {},
  cases(check) {
    check('hands a REGISTER up and its answer back, with the address it came from in the Via', async (stage) => {
      const { srf, alice } = stage;
      srf.register((req, res) => res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } }));
      await stage.routed();
      stage.say(alice, alice.request('REGISTER', `sip:${stage.own}`));
      const ok = await alice.takes(200, 'REGISTER');
      assert.equal(fieldOf(ok, 'Contact'), `<${alice.uri}>;expires=60`);
      assert.match(fieldOf(ok, 'Via'), new RegExp(`;rport=${String(alice.port)}`));
      assert.match(fieldOf(ok, 'To'), /;tag=\S+/);
    });

    for (const [verb, method] of [
      ['options', 'OPTIONS'],
      ['message', 'MESSAGE'],
      ['publish', 'PUBLISH'],
      ['info', 'INFO'],
      ['notify', 'NOTIFY'],
    ] as const satisfies readonly (readonly [Verb, string])[]) {
      check(`hands a ${method} up, with where it came from`, async (stage) => {
        const { srf, alice } = stage;
        const asked = new Promise<AppRequest>((resolve) => {
          srf[verb]((req, res) => {
            resolve(req);
            res.send(202, { headers: { 'X-Seen': 'yes', Expires: '30' } });
          });
        });
        await stage.routed();
        stage.say(alice, alice.request(method, stage.service, { ...text, Event: 'presence', Expires: '60' }, 'hé'));
        const answer = await alice.takes(202, method);
        assert.equal(fieldOf(answer, 'X-Seen'), 'yes');
        assert.equal(fieldOf(answer, 'Expires'), '30');
        const req = await asked;
        assert.deepEqual(
          [req.method, req.source, req.protocol, req.source_address, Number(req.source_port), req.body],
          [method, 'network', 'udp', alice.address, alice.port, 'hé'],
        );
        assert.equal(req.receivedOn, stage.own);
        assert.equal(req.uri, stage.service);
      });

      check(`sends a ${method} for the application, and hands its answer up`, async (stage) => {
        const { srf, bob } = stage;
        const answered = asks(srf, bob.uri, {
          method,
          headers: { ...text, 'X-Asked': 'yes', Event: 'presence', 'Subscription-State': 'active' },
          body: 'hé',
        });
        const request = await bob.takesRequest(method);
        assert.equal(request.uri, bob.uri);
        assert.equal(request.body.toString(), 'hé');
        assert.equal(fieldOf(request, 'X-Asked'), 'yes');
        assert.equal(fieldOf(request, 'Max-Forwards'), '70');
        assert.equal(fieldOf(request, 'To'), `<${bob.uri}>`);
        assert.match(fieldOf(request, 'From'), new RegExp(`^<sip:${stage.own}>;tag=\\S+$`));
        assert.match(fieldOf(request, 'Via'), new RegExp(`^SIP/2\\.0/UDP ${stage.own};(.*;)?branch=z9hG4bK`));
        assert.match(fieldOf(request, 'Via'), /;rport/);
        assert.match(fieldOf(request, 'CSeq'), new RegExp(`^\\d+ ${method}$`));
        stage.say(bob, bob.answer(request, 404, { 'X-Answered': 'yes' }));
        const answer = await answered;
        assert.equal(answer.status, 404);
        assert.equal(answer.get('X-Answered'), 'yes');
      });
    }

    check('sends a request to the proxy that the application names, and leaves its URI alone', async (stage) => {
      const { srf, bob } = stage;
      const answered = asks(srf, 'sip:someone@example.com', { method: 'OPTIONS', proxy: bob.uri });
      const request = await bob.takesRequest('OPTIONS');
      assert.equal(request.uri, 'sip:someone@example.com');
      assert.equal(fieldOf(request, 'Route'), '');
      stage.say(bob, bob.answer(request, 200));
      assert.equal((await answered).status, 200);
    });

    check('keeps the From, Call-ID and CSeq that the application gives', async (stage) => {
      const { srf, bob } = stage;
      const answered = asks(srf, bob.uri, {
        method: 'OPTIONS',
        headers: { From: '<sip:me@example.com>;tag=mine', 'Call-ID': `mine-${bob.uri}`, CSeq: '77 OPTIONS' },
      });
      const request = await bob.takesRequest('OPTIONS');
      assert.equal(fieldOf(request, 'From'), '<sip:me@example.com>;tag=mine');
      assert.equal(fieldOf(request, 'Call-ID'), `mine-${bob.uri}`);
      assert.equal(fieldOf(request, 'CSeq'), '77 OPTIONS');
      stage.say(bob, bob.answer(request, 200));
      await answered;
    });

    check('puts its own address in the place of localhost', async (stage) => {
      const { srf, bob } = stage;
      const answered = asks(srf, bob.uri, {
        method: 'OPTIONS',
        headers: { From: 'sip:me@localhost', Contact: 'sip:me@localhost', 'P-Asserted-Identity': '<sip:me@localhost>' },
      });
      const request = await bob.takesRequest('OPTIONS');
      assert.match(fieldOf(request, 'From'), new RegExp(`^<sip:me@${stage.own}>;tag=`));
      assert.match(fieldOf(request, 'Contact'), new RegExp(`^<sip:me@${stage.own}>`));
      assert.match(fieldOf(request, 'P-Asserted-Identity'), new RegExp(`^<sip:me@${stage.own}>`));
      stage.say(bob, bob.answer(request, 200));
      await answered;
    });

    check('repeats a request that gets no answer, and gives up with a 408 of its own', async (stage) => {
      const { srf, bob } = stage;
      const answered = asks(srf, bob.uri, { method: 'OPTIONS' });
      const first = await bob.takesRequest('OPTIONS');
      const again = await bob.takesRequest('OPTIONS');
      assert.equal(fieldOf(again, 'Via'), fieldOf(first, 'Via'));
      assert.equal((await answered).status, 408);
    });

    check('answers a repeated request again, and asks the application once', async (stage) => {
      const { srf, alice } = stage;
      let asked = 0;
      srf.options((_req, res) => {
        asked++;
        res.send(200);
      });
      await stage.routed();
      const options = alice.request('OPTIONS', stage.service);
      stage.say(alice, options);
      const first = await alice.takesFinal(options);
      stage.say(alice, options);
      assert.equal(fieldOf(await alice.takesFinal(options), 'To'), fieldOf(first, 'To'));
      assert.equal(asked, 1);
    });

    check('sends the names of header fields as they are usually written', async (stage) => {
      const { srf, alice } = stage;
      srf.options((_req, res) =>
        res.send(200, { headers: { 'user-agent': 'test', 'some-thing': '1', 'X-lower-Case': '2' } }),
      );
      await stage.routed();
      stage.say(alice, alice.request('OPTIONS', stage.service));
      const names = [...(await alice.takes(200)).headers].map(([name]) => name);
      for (const name of ['User-Agent', 'Some-Thing', 'X-lower-Case']) assert.ok(names.includes(name), names.join());
    });

    for (const method of ['INVITE', 'REGISTER', 'MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'PUBLISH', 'NOTIFY', 'INFO']) {
      check(`answers ${method} with 503 when no application wants it`, async (stage) => {
        const { alice } = stage;
        const request = alice.request(method, stage.service, { Event: 'presence' });
        stage.say(alice, request);
        const refusal = await alice.takesFinal(request);
        if (method === 'INVITE') stage.say(alice, alice.ack(request, refusal));
        assert.equal(refusal.status, 503);
      });
    }

    for (const [method, ours] of [
      ['REFER', 405],
      ['FOO', 501],
      ['PRACK', 481],
    ] as const) {
      check(`says something to a ${method} out of place, where drachtio-server is silent`, async (stage) => {
        const { alice } = stage;
        const request = alice.request(method, stage.service, { 'Refer-To': '<sip:x@example.com>' });
        stage.say(alice, request);
        await stage.roundTrip(alice);
        const statuses = alice.seen.filter((one) => one.kind === 'response' && fieldOf(one, 'CSeq') === `1 ${method}`);
        assert.deepEqual(
          statuses.map((one) => one.kind === 'response' && one.status),
          stage.differs('silence', { ours: [ours], drachtio: [] }),
        );
      });
    }

    for (const method of ['BYE', 'UPDATE', 'INVITE']) {
      check(`answers ${method} in a dialog that is not there with 481`, async (stage) => {
        const { alice, srf } = stage;
        srf.invite((_req, res) => res.send(486));
        await stage.routed();
        const request = alice.request(method, stage.service, { To: `<${stage.service}>;tag=nobody` });
        stage.say(alice, request);
        const refusal = await alice.takesFinal(request);
        if (method === 'INVITE') stage.say(alice, alice.ack(request, refusal));
        assert.equal(refusal.status, 481);
      });
    }

    for (const method of ['INFO', 'MESSAGE', 'OPTIONS', 'NOTIFY', 'PUBLISH', 'SUBSCRIBE']) {
      check(`hands ${method} up that comes in a dialog that is not there`, async (stage) => {
        const { alice, srf } = stage;
        for (const verb of ['info', 'message', 'options', 'notify', 'publish', 'subscribe'] as const)
          srf[verb]((_req, res) => res.send(403));
        await stage.routed();
        const request = alice.request(method, stage.service, {
          To: `<${stage.service}>;tag=nobody`,
          Event: 'presence',
        });
        stage.say(alice, request);
        assert.equal((await alice.takesFinal(request)).status, 403);
      });
    }

    check('answers a CANCEL of nothing with 481', async (stage) => {
      const { alice } = stage;
      stage.say(alice, alice.cancel(alice.request('INVITE', stage.service)));
      await alice.takes(481, 'CANCEL');
    });

    check('never answers an ACK', async (stage) => {
      const { alice } = stage;
      stage.say(alice, alice.request('ACK', stage.service));
      await stage.roundTrip(alice);
      assert.equal(alice.seen.length, 1);
    });
  },
};
