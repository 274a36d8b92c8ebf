import { allowedMethods } from './admission.ts';
import type { HeaderFields, RequestHandler, SipApplication, SipDialog } from './srf.ts';

/**
 * Refuses what phones ask outside of calls and is not served here: lamps, text, presence.
 * Left to the SIP server it would be 503, by which a phone takes the whole exchange for down.
 */
export function refuseUnserved(application: SipApplication, headers: HeaderFields): void {
  const refused = answer(405, headers);
  application.info(refused);
  application.message(refused);
  application.publish(refused);
  application.refer(refused);
  application.subscribe(refused);
  application.notify(answer(481, headers)); // nobody here has subscribed (RFC 6665 §4.1.3)
}

/**
 * The same within a call, where drachtio-srf says 200 to all that nobody listens to: a phone
 * would take its transfer for done, and its digits for heard.
 */
export function refuseUnservedInside(dialog: SipDialog): void {
  const headers = { Allow: allowedMethods };
  dialog.on('refer', answer(405, headers));
  dialog.on('message', answer(405, headers));
  dialog.on('publish', answer(405, headers));
  dialog.on('notify', answer(481, headers));
  dialog.on('options', answer(200, { ...headers, Accept: 'application/sdp' }));
  dialog.on('info', (req, res) => {
    // Without a body it only asks whether we are there. RFC 3261 §8.2.3
    res.send(req.body === undefined || req.body === '' ? 200 : 415, { headers });
  });
}

function answer(status: number, headers: HeaderFields): RequestHandler {
  return (_req, res) => {
    res.send(status, { headers: { ...headers } });
  };
}
