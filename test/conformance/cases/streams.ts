import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { Peer } from '../../contract/sip-engine/peer.ts';
import { asks, type AppDialog } from '../application.ts';
import { at, fieldOf, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

export const tcp: Suite = {
  title: 'SIP over TCP',
  options: {},
  cases(check) {
    check('takes a call, and sends its BYE over the same connection', async (stage) => {
      const { srf } = stage;
      const { tcp } = stage.subject.sip;
      const answered = new Promise<AppDialog>((resolve, reject) => {
        srf.invite((req, res) => {
          assert.equal(req.protocol, 'tcp');
          srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
        });
      });
      await stage.routed();
      const phone = await stage.tcpPeer('phone');
      const invite = phone.request('INVITE', stage.service, {}, sdp);
      phone.send(invite, tcp);
      const ok = await phone.takes(200);
      assert.match(fieldOf(ok, 'Contact'), /;transport=tcp>$/i);
      phone.send(phone.ack(invite, ok), tcp);
      const over = (await answered).destroy();
      const bye = await phone.takesRequest('BYE');
      assert.match(fieldOf(bye, 'Via'), /^SIP\/2\.0\/TCP /);
      phone.send(phone.answer(bye, 200), tcp);
      await over;
    });

    check('connects to a peer, and hears its answer over that connection', async (stage) => {
      const server = createServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      stage.finally(() => server.close());
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const accepted = once(server, 'connection') as Promise<[Socket]>;
      const answered = asks(stage.srf, `sip:127.0.0.1:${String(port)};transport=tcp`, { method: 'OPTIONS' });
      const desk = Peer.over('desk', (await accepted)[0]);
      stage.finally(() => desk.close());
      const options = await desk.takesRequest('OPTIONS');
      desk.send(desk.answer(options, 200), stage.subject.sip.tcp);
      assert.equal((await answered).status, 200);
    });

    check('tells with 503 that nobody listens', async (stage) => {
      const { status } = await asks(stage.srf, 'sip:127.0.0.1:1;transport=tcp', { method: 'OPTIONS' });
      assert.equal(status, 503);
    });

    check('answers a keep-alive (RFC 5626 §3.5.1)', async (stage) => {
      const { tcp } = stage.subject.sip;
      const socket = connectTcp(tcp.port, tcp.address);
      socket.write('\r\n\r\n');
      const [pong] = (await once(socket, 'data')) as [Buffer];
      assert.equal(pong.toString(), '\r\n');
      socket.destroy();
      await once(socket, 'close');
    });

    check('reads a message that comes in pieces, and two that come together', async (stage) => {
      const { srf } = stage;
      srf.options((_req, res) => res.send(200));
      await stage.routed();
      const { tcp } = stage.subject.sip;
      const socket = connectTcp(tcp.port, tcp.address);
      await once(socket, 'connect');
      const phone = Peer.over('phone', socket);
      stage.finally(() => phone.close());
      const [one, two] = ['one', 'two'].map((id) =>
        [
          `OPTIONS ${stage.service} SIP/2.0`,
          `Via: SIP/2.0/TCP 127.0.0.1:${String(phone.port)};branch=z9hG4bK${id}${String(phone.port)}`,
          `From: <sip:a@example.com>;tag=${id}`,
          `To: <${stage.service}>`,
          `Call-ID: ${id}-${String(phone.port)}`,
          'CSeq: 1 OPTIONS',
          'Max-Forwards: 70',
          'Content-Length: 0',
          '\r\n',
        ].join('\r\n'),
      );
      socket.write((one ?? '').slice(0, 60));
      await stage.routed();
      socket.write((one ?? '').slice(60) + (two ?? ''));
      await phone.takes(200);
      await phone.takes(200);
    });
  },
};

export const tls: Suite = {
  title: 'SIP over TLS',
  options: { tls: true, needs: ['tls'] },
  cases(check) {
    check('takes a call, and sends its BYE over the same connection', async (stage) => {
      const { srf } = stage;
      const place = stage.subject.sip.tls;
      assert.ok(place);
      const answered = new Promise<AppDialog>((resolve, reject) => {
        srf.invite((req, res) => {
          assert.equal(req.protocol, 'tls');
          srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
        });
      });
      await stage.routed();
      const socket = connectTls({ port: place.port, host: place.address, rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const phone = Peer.over('phone', socket);
      stage.finally(() => phone.close());
      const viaTls = (text: string): string => text.replace('SIP/2.0/TCP', 'SIP/2.0/TLS');
      const invite = phone.request('INVITE', stage.service, { Via: viaTls(phone.via()) }, sdp);
      phone.send(invite, place);
      const ok = await phone.takes(200);
      assert.match(fieldOf(ok, 'Contact'), /^<sips?:.*;transport=tls>$|^<sips:/i);
      const ack = phone.ack(invite, ok);
      ack.headers.set('Via', viaTls(fieldOf(ack, 'Via')));
      phone.send(ack, place);
      const over = (await answered).destroy();
      const bye = await phone.takesRequest('BYE');
      assert.match(fieldOf(bye, 'Via'), /^SIP\/2\.0\/TLS /);
      phone.send(phone.answer(bye, 200), place);
      await over;
    });
  },
};

export const websocket: Suite = {
  title: 'SIP over WebSocket (RFC 7118)',
  options: { websocket: true, needs: ['websocket'] },
  cases(check) {
    check('takes a request of a browser, and answers it over the same connection', async (stage) => {
      const place = stage.subject.sip.ws;
      assert.ok(place);
      stage.srf.options((req, res) => res.send(200, { headers: { 'X-Seen': req.protocol } }));
      await stage.routed();
      const socket = new WebSocket(`ws://${at(place)}`, 'sip');
      stage.finally(() => socket.close());
      await once(socket, 'open');
      assert.equal(socket.protocol, 'sip');
      const answered = once(socket, 'message') as Promise<[Buffer]>;
      const lines = [
        `OPTIONS ${stage.service} SIP/2.0`,
        `Via: SIP/2.0/WS browser.invalid;branch=z9hG4bKws${String(place.port)}`,
        'From: <sip:a@example.com>;tag=1',
        `To: <${stage.service}>`,
        `Call-ID: ws-${String(place.port)}`,
        'CSeq: 1 OPTIONS',
        'Max-Forwards: 70',
        'Content-Length: 0',
        '\r\n',
      ];
      socket.send(lines.join('\r\n'));
      const text = (await answered)[0].toString();
      assert.match(text, /^SIP\/2\.0 200 /);
      assert.match(text, /\r\nX-Seen: tcp\r\n/);
    });
  },
};

export const secureWebsocket: Suite = {
  title: 'SIP over WebSocket with TLS',
  options: { websocket: true, tls: true, needs: ['websocket', 'tls'] },
  cases(check) {
    check('takes the call of a browser, and sends its BYE over the same connection', async (stage) => {
      const { srf } = stage;
      const place = stage.subject.sip.wss;
      assert.ok(place);
      const answered = new Promise<AppDialog>((resolve, reject) => {
        srf.invite((req, res) => {
          assert.equal(req.protocol, 'tcp');
          srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
        });
      });
      await stage.routed();
      const browser = await Peer.webSocket('browser', 'wss', place);
      stage.finally(() => browser.close());
      const invite = browser.request('INVITE', stage.service, {}, sdp);
      browser.send(invite, place);
      const ok = await browser.takes(200, 'INVITE');
      browser.send(browser.ack(invite, ok), place);
      const over = (await answered).destroy();
      const bye = await browser.takesRequest('BYE');
      assert.match(fieldOf(bye, 'Via'), /^SIP\/2\.0\/WSS /);
      assert.equal(bye.uri, browser.uri);
      browser.send(browser.answer(bye, 200), place);
      await over;
    });

    check('calls a browser that registered, over the connection that it registered by', async (stage) => {
      const { srf } = stage;
      const place = stage.subject.sip.wss;
      assert.ok(place);
      srf.register((req, res) =>
        res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60`, Expires: '60' } }),
      );
      await stage.routed();
      const browser = await Peer.webSocket(`browser${String(place.port)}`, 'wss', place);
      stage.finally(() => browser.close());
      const register = browser.request('REGISTER', `sip:${stage.own}`, { Expires: '60' });
      browser.send(register, place);
      await browser.takesFinal(register);
      const answered = asks(srf, browser.uri, { method: 'OPTIONS' });
      const options = await browser.takesRequest('OPTIONS');
      browser.send(browser.answer(options, 200), place);
      assert.equal((await answered).status, 200);
    });
  },
};
