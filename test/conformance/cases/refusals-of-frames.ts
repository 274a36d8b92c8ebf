import assert from 'node:assert/strict';
import type { Suite } from '../suite.ts';

/** What applications read as the text of an error. */
export const refusalsOfFrames: Suite = {
  title: 'refusing what an application asks',
  options: {},
  cases(check) {
    const unknown = '00000000-0000-4000-8000-000000000000';
    const cases: readonly [title: string, meta: string, message: string, verdict: string, text: string | RegExp][] = [
      [
        'a request in a dialog that is not there',
        'sip||nobody@nowhere;from-tag=none',
        'INFO sip:placeholder SIP/2.0\r\n\r\n',
        'NOK',
        'Server error: unable to find dialog for dialog id provided',
      ],
      [
        'a CANCEL of what was never sent',
        `sip|${unknown}|`,
        'CANCEL sip:x@127.0.0.1 SIP/2.0\r\n\r\n',
        'NOK',
        `unable to cancel unknown transaction id: ${unknown}`,
      ],
      [
        'an answer to a request that is not there',
        `sip|${unknown}|`,
        'SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\n\r\n',
        'NOK',
        'Response not sent due to unknown transaction',
      ],
      [
        'a request-URI that is none',
        'sip||',
        'OPTIONS :nonsense: SIP/2.0\r\n\r\n',
        'NOK',
        /^invalid request-uri: OPTIONS :nonsense: SIP\/2\.0/,
      ],
      [
        'a body of no type',
        'sip||',
        'MESSAGE sip:bob@127.0.0.1:9 SIP/2.0\r\nContent-Length: 5\r\n\r\nhello',
        'NOK',
        'missing content-type',
      ],
      [
        'a transport that it does not have',
        'sip||',
        'OPTIONS sip:bob@127.0.0.1:9;transport=sctp SIP/2.0\r\n\r\n',
        'NOK',
        'requested protocol/transport not available',
      ],
    ];
    for (const [title, meta, message, verdict, text] of cases) {
      check(`refuses ${title}, in drachtio's words`, async (stage) => {
        const client = await stage.frames();
        const [said, why = ''] = await client.ask(meta, message);
        assert.equal(said, verdict);
        if (typeof text === 'string') assert.equal(why, text);
        else assert.match(why, text);
        assert.deepEqual(await client.ask('ping'), ['OK', 'pong']);
      });
    }

    check('refuses to call itself', async (stage) => {
      const client = await stage.frames();
      assert.deepEqual(await client.ask('sip||', `OPTIONS sip:x@${stage.own} SIP/2.0\r\n\r\n`), [
        'NOK',
        'can not send request to myself',
      ]);
    });

    check('tells of a name that leads nowhere with a 503 of its own', async (stage) => {
      const client = await stage.frames();
      const [verdict, source] = await client.ask('sip||', 'OPTIONS sip:x@nosuch.invalid SIP/2.0\r\n\r\n');
      assert.deepEqual([verdict, source], ['OK', 'application']);
      const { fields, message } = await client.sip();
      assert.equal(fields[2], 'network');
      assert.match(message, /^SIP\/2\.0 503 /);
    });
  },
};
