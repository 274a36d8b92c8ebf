import type { Language } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import type { Log } from '../telemetry/port.ts';
import type { CodeTeller } from './port.ts';

export interface SmsGateway {
  /** `http:` or `https:`; gets a POST of `{"to": "+31612345678", "text": "…"}`. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token: string | undefined;
  readonly log: Log;
  /** How long the gateway may take, in milliseconds. */
  readonly patienceMs?: number;
}

/** Tells codes by text message, through the webhook of a gateway. Any answer of 2xx counts as told. */
export function smsGateway({ url, token, log, patienceMs = 8_000 }: SmsGateway): CodeTeller {
  return {
    async tell(number, code, language) {
      const problem = await post(url, token, patienceMs, { to: number, text: textOf(code, language) });
      if (problem === undefined) return;
      log.warn({ gateway: new URL(url).host, detail: problem }, 'a code could not be told by text message');
      throw new Fault(
        'CODE_NOT_TOLD',
        'the text message with the code could not be sent: try again in a minute, or ask whoever runs the exchange',
      );
    },
  };
}

async function post(url: string, token: string | undefined, patienceMs: number, body: object) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      // A redirect would take the token and the code somewhere that nobody configured.
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `the gateway answered ${String(response.status)}`;
  } catch (thrown) {
    return `the gateway did not answer: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}

function textOf(code: string, language: Language): string {
  return language === 'nl'
    ? `Je code voor Qaller is ${code}. Hij is tien minuten geldig. Geef hem aan niemand.`
    : `Your code for Qaller is ${code}. It holds for ten minutes. Give it to nobody.`;
}
