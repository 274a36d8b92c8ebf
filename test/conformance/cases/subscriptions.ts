import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AppDialog, AppRequest, AppResponse } from '../application.ts';
import { fieldOf } from '../stage.ts';
import type { Suite } from '../suite.ts';

export const subscriptions: Suite = {
  title: 'SUBSCRIBE and NOTIFY',
  options: {},
  cases(check) {
    check('makes a dialog of a SUBSCRIBE that the application accepts, until its last NOTIFY', async (stage) => {
      const { alice, srf } = stage;
      const accepted = new Promise<AppDialog>((resolve, reject) => {
        srf.subscribe((req, res) => {
          srf.createUAS(req, res, { localSdp: '', headers: { Expires: '60' } }).then(resolve, reject);
        });
      });
      await stage.routed();
      const subscribe = alice.request('SUBSCRIBE', stage.service, { Event: 'presence', Expires: '60' });
      stage.say(alice, subscribe);
      const answer = await alice.takes(202);
      assert.equal(fieldOf(answer, 'Contact'), `<sip:${stage.own}>`);
      assert.equal(fieldOf(answer, 'Expires'), '60');
      const dialog = await accepted;
      const told = dialog.request({
        method: 'NOTIFY',
        headers: { Event: 'presence', 'Subscription-State': 'active;expires=60', 'Content-Type': 'text/plain' },
        body: 'open',
      });
      const notify = await alice.takesRequest('NOTIFY');
      assert.equal(notify.uri, alice.uri);
      assert.equal(notify.body.toString(), 'open');
      assert.equal(fieldOf(notify, 'From'), fieldOf(answer, 'To'));
      stage.say(alice, alice.answer(notify, 200));
      assert.equal((await told).status, 200);
      const over = dialog.destroy();
      const last = await alice.takesRequest('NOTIFY');
      assert.match(fieldOf(last, 'Subscription-State'), /^terminated/);
      stage.say(alice, alice.answer(last, 200));
      await over;
    });

    check('carries the refresh of a subscription', async (stage) => {
      const { alice, srf } = stage;
      const accepted = new Promise<AppDialog>((resolve, reject) => {
        srf.subscribe((req, res) => {
          srf.createUAS(req, res, { localSdp: '', headers: { Expires: '60' } }).then(resolve, reject);
        });
      });
      await stage.routed();
      const subscribe = alice.request('SUBSCRIBE', stage.service, { Event: 'presence', Expires: '60' });
      stage.say(alice, subscribe);
      const answer = await alice.takes(202);
      const dialog = await accepted;
      const asked = once(dialog, 'subscribe') as Promise<[AppRequest, AppResponse]>;
      const refresh = alice.follow(subscribe, answer, 'SUBSCRIBE', 2);
      refresh.headers.append('Event', 'presence').append('Expires', '30');
      stage.say(alice, refresh);
      const [req, res] = await asked;
      assert.equal(req.get('Expires'), '30');
      res.send(202, { headers: { Expires: '30' } });
      assert.equal(fieldOf(await alice.takesFinal(refresh), 'Expires'), '30');
      const over = dialog.destroy();
      stage.say(alice, alice.answer(await alice.takesRequest('NOTIFY'), 200));
      await over;
    });

    check('subscribes for the application, and hands each NOTIFY up', async (stage) => {
      const { bob, srf } = stage;
      const subscribing = srf.createUAC(bob.uri, {
        method: 'SUBSCRIBE',
        headers: { Event: 'presence', Expires: '60', Contact: 'sip:me@localhost' },
      });
      const subscribe = await bob.takesRequest('SUBSCRIBE');
      assert.match(fieldOf(subscribe, 'Contact'), new RegExp(`^<sip:me@${stage.own}>`));
      stage.say(bob, bob.answer(subscribe, 202, { Expires: '60' }));
      const dialog = await subscribing;
      const notified = once(dialog, 'notify') as Promise<[AppRequest, AppResponse]>;
      const notify = bob.reverse(subscribe, 'NOTIFY', 1, 'open');
      notify.headers.set('Content-Type', 'text/plain');
      notify.headers.append('Event', 'presence').append('Subscription-State', 'active;expires=60');
      stage.say(bob, notify);
      const [req, res] = await notified;
      assert.equal(req.body, 'open');
      res.send(200);
      assert.equal((await bob.takesFinal(notify)).status, 200);
      const ended = once(dialog, 'notify') as Promise<[AppRequest, AppResponse]>;
      const last = bob.reverse(subscribe, 'NOTIFY', 2);
      last.headers.append('Event', 'presence').append('Subscription-State', 'terminated;reason=timeout');
      stage.say(bob, last);
      (await ended)[1].send(200);
      const status = (await bob.takesFinal(last)).status;
      assert.equal(status, stage.differs('last-notify', { ours: 200, drachtio: 500 }));
    });

    check('hands the refusal of a subscription up', async (stage) => {
      const { bob, srf } = stage;
      const subscribing = srf.createUAC(bob.uri, { method: 'SUBSCRIBE', headers: { Event: 'presence' } });
      const failed = assert.rejects(subscribing, (error: { status?: number }) => error.status === 489);
      stage.say(bob, bob.answer(await bob.takesRequest('SUBSCRIBE'), 489));
      await failed;
    });
  },
};
