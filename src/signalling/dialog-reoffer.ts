import type { Fault } from '../faults/fault.ts';
import type { Renegotiate } from './port.ts';
import type { SipDialog, SipResponder } from './srf.ts';

const sdpType = { 'Content-Type': 'application/sdp' };

/**
 * Answers re-INVITEs and UPDATEs of a dialog: a new offer by what media makes of it, an
 * offerless re-INVITE (a mere refresh of most phones) by our description as it stands
 * (RFC 3261 §14.2), an offerless UPDATE by a bare 200 (RFC 3311 §5.2).
 */
export function answerReoffers(dialog: SipDialog, renegotiate: Renegotiate, failed: (fault: Fault) => void): void {
  dialog.on('modify', (req, res) => {
    if (req.body === undefined || req.body === '') {
      res.send(200, { body: dialog.local.sdp, headers: sdpType });
      return;
    }
    void answer(dialog, res, renegotiate(req.body), failed);
  });
  dialog.on('update', (req, res) => {
    if (req.body === undefined || req.body === '') res.send(200);
    else void answer(dialog, res, renegotiate(req.body), failed);
  });
}

async function answer(
  dialog: SipDialog,
  res: SipResponder,
  negotiation: ReturnType<Renegotiate>,
  failed: (fault: Fault) => void,
): Promise<void> {
  const result = await negotiation;
  if (result.ok) {
    dialog.local.sdp = result.value;
    res.send(200, { body: result.value, headers: sdpType });
    return;
  }
  failed(result.error);
  res.send(result.error.sip);
}
