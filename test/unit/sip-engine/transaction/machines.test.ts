import assert from 'node:assert/strict';
import type {
  ClientAction,
  ClientEvent,
  ServerAction,
  ServerEvent,
} from '../../../../src/sip-engine/transaction/actions.ts';
import { startInviteClient, stepInviteClient } from '../../../../src/sip-engine/transaction/invite-client.ts';
import { newInviteServer, stepInviteServer } from '../../../../src/sip-engine/transaction/invite-server.ts';
import { startNonInviteClient, stepNonInviteClient } from '../../../../src/sip-engine/transaction/non-invite-client.ts';
import { newNonInviteServer, stepNonInviteServer } from '../../../../src/sip-engine/transaction/non-invite-server.ts';
import { rfcTimers, timerTable, type TimerName } from '../../../../src/sip-engine/transaction/timers.ts';

const udp = timerTable(rfcTimers, false);
const tcp = timerTable(rfcTimers, true);

/** `send-ack deliver arm D 32000`: what a step does, in one line. */
function shown(actions: readonly (ClientAction | ServerAction)[]): string {
  return actions
    .map((action) => {
      if (action.do === 'arm') return `arm ${action.timer} ${String(action.ms)}`;
      if (action.do === 'disarm') return `disarm ${action.timer}`;
      return action.do === 'report' ? `report ${action.problem}` : action.do;
    })
    .join(', ');
}

type Row<Event> = readonly [event: Event, phase: string, does: string];

function walk<State extends { readonly phase: string }, Event>(
  step: (state: State, event: Event) => readonly [State, readonly (ClientAction | ServerAction)[]],
  start: State,
  rows: readonly Row<Event>[],
): void {
  let state = start;
  for (const [event, phase, does] of rows) {
    const [next, actions] = step(state, event);
    assert.equal(`${next.phase}: ${shown(actions)}`, `${phase}: ${does}`, `after ${JSON.stringify(event)}`);
    state = next;
  }
}

const response = (status: number): ClientEvent => ({ type: 'response', status });
const respond = (status: number): ServerEvent => ({ type: 'respond', status });
const timer = (name: TimerName) => ({ type: 'timer', timer: name }) as const;
const failed = { type: 'transport-failed' } as const;
const again = { type: 'request' } as const;
const ack = { type: 'ack' } as const;

describe('the INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2)', () => {
  const over = (table: typeof udp, rows: readonly Row<ClientEvent>[]): void => {
    walk((state, event: ClientEvent) => stepInviteClient(state, event, table), startInviteClient(table)[0], rows);
  };

  it('sends at once and arms A over UDP only', () => {
    assert.equal(shown(startInviteClient(udp)[1]), 'send-request, arm B 32000, arm A 500');
    assert.equal(shown(startInviteClient(tcp)[1]), 'send-request, arm B 32000');
  });

  it('repeats with A doubling without a ceiling, and gives up with B', () => {
    over(udp, [
      [timer('A'), 'calling', 'send-request, arm A 1000'],
      [timer('A'), 'calling', 'send-request, arm A 2000'],
      [timer('A'), 'calling', 'send-request, arm A 4000'],
      [timer('A'), 'calling', 'send-request, arm A 8000'],
      [timer('B'), 'terminated', 'report timeout, end'],
    ]);
  });

  it('stops repeating with a provisional, and hands each one up', () => {
    over(udp, [
      [response(100), 'proceeding', 'disarm B, disarm A, deliver'],
      [response(180), 'proceeding', 'deliver'],
      [timer('A'), 'proceeding', ''],
      [timer('B'), 'proceeding', ''],
    ]);
  });

  it('acknowledges a refusal, and each repetition of it until D', () => {
    over(udp, [
      [response(486), 'completed', 'disarm B, disarm A, send-ack, deliver, arm D 32000'],
      [response(486), 'completed', 'send-ack'],
      [response(180), 'completed', ''],
      [timer('D'), 'terminated', 'end'],
      [response(486), 'terminated', ''],
    ]);
    over(tcp, [[response(486), 'terminated', 'disarm B, send-ack, deliver, end']]);
  });

  it('hands every 2xx up until M, and acknowledges none itself', () => {
    over(udp, [
      [response(200), 'accepted', 'disarm B, disarm A, deliver, arm M 32000'],
      [response(200), 'accepted', 'deliver'],
      [response(180), 'accepted', ''],
      [response(486), 'accepted', ''],
      [timer('M'), 'terminated', 'end'],
    ]);
    over(tcp, [
      [response(180), 'proceeding', 'disarm B, deliver'],
      [response(200), 'accepted', 'deliver, arm M 32000'],
    ]);
  });

  it('reports a transport that fails', () => {
    over(udp, [[failed, 'terminated', 'report transport, end']]);
    over(udp, [
      [response(180), 'proceeding', 'disarm B, disarm A, deliver'],
      [failed, 'terminated', 'report transport, end'],
    ]);
  });
});

describe('the non-INVITE client transaction (RFC 3261 §17.1.2)', () => {
  const over = (table: typeof udp, rows: readonly Row<ClientEvent>[]): void => {
    walk((state, event: ClientEvent) => stepNonInviteClient(state, event, table), startNonInviteClient(table)[0], rows);
  };

  it('repeats with E doubling up to T2, and gives up with F', () => {
    assert.equal(shown(startNonInviteClient(udp)[1]), 'send-request, arm F 32000, arm E 500');
    assert.equal(shown(startNonInviteClient(tcp)[1]), 'send-request, arm F 32000');
    over(udp, [
      [timer('E'), 'trying', 'send-request, arm E 1000'],
      [timer('E'), 'trying', 'send-request, arm E 2000'],
      [timer('E'), 'trying', 'send-request, arm E 4000'],
      [timer('E'), 'trying', 'send-request, arm E 4000'],
      [timer('F'), 'terminated', 'report timeout, end'],
    ]);
  });

  it('repeats every T2 after a provisional', () => {
    over(udp, [
      [response(100), 'proceeding', 'deliver'],
      [timer('E'), 'proceeding', 'send-request, arm E 4000'],
      [timer('F'), 'terminated', 'report timeout, end'],
    ]);
  });

  it('hands the final response up once, and absorbs its repetitions until K', () => {
    over(udp, [
      [response(200), 'completed', 'disarm E, disarm F, deliver, arm K 5000'],
      [response(200), 'completed', ''],
      [timer('K'), 'terminated', 'end'],
    ]);
    over(tcp, [[response(200), 'terminated', 'deliver, end']]);
  });

  it('reports a transport that fails', () => {
    over(tcp, [[failed, 'terminated', 'report transport, end']]);
  });
});

describe('the INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1)', () => {
  const over = (table: typeof udp, rows: readonly Row<ServerEvent>[]): void => {
    walk((state, event: ServerEvent) => stepInviteServer(state, event, table), newInviteServer, rows);
  };

  it('answers a repeated INVITE with the last provisional', () => {
    over(udp, [
      [respond(100), 'proceeding', 'send-response'],
      [again, 'proceeding', 'repeat-response'],
      [respond(180), 'proceeding', 'send-response'],
      [ack, 'proceeding', ''],
    ]);
  });

  it('repeats a refusal with G doubling up to T2 until its ACK, then absorbs until I', () => {
    over(udp, [
      [respond(486), 'completed', 'send-response, arm H 32000, arm G 500'],
      [timer('G'), 'completed', 'repeat-response, arm G 1000'],
      [timer('G'), 'completed', 'repeat-response, arm G 2000'],
      [timer('G'), 'completed', 'repeat-response, arm G 4000'],
      [timer('G'), 'completed', 'repeat-response, arm G 4000'],
      [again, 'completed', 'repeat-response'],
      [respond(200), 'completed', ''],
      [ack, 'confirmed', 'disarm G, disarm H, arm I 5000'],
      [ack, 'confirmed', ''],
      [again, 'confirmed', ''],
      [timer('I'), 'terminated', 'end'],
    ]);
    over(tcp, [
      [respond(486), 'completed', 'send-response, arm H 32000'],
      [ack, 'terminated', 'end'],
    ]);
  });

  it('reports that no ACK came', () => {
    over(udp, [
      [respond(486), 'completed', 'send-response, arm H 32000, arm G 500'],
      [timer('H'), 'terminated', 'report timeout, end'],
    ]);
  });

  it('after a 2xx absorbs the INVITE, sends what it is given, and hands the ACK up until L', () => {
    over(udp, [
      [respond(200), 'accepted', 'send-response, arm L 32000'],
      [again, 'accepted', ''],
      [respond(200), 'accepted', 'send-response'],
      [respond(486), 'accepted', ''],
      [ack, 'accepted', 'deliver-ack'],
      [failed, 'accepted', 'report transport'],
      [timer('L'), 'terminated', 'end'],
    ]);
  });
});

describe('the non-INVITE server transaction (RFC 3261 §17.2.2)', () => {
  const over = (table: typeof udp, rows: readonly Row<ServerEvent>[]): void => {
    walk((state, event: ServerEvent) => stepNonInviteServer(state, event, table), newNonInviteServer, rows);
  };

  it('drops a repeated request while nothing was said, and repeats what was said after', () => {
    over(udp, [
      [again, 'trying', ''],
      [respond(183), 'proceeding', 'send-response'],
      [again, 'proceeding', 'repeat-response'],
      [respond(200), 'completed', 'send-response, arm J 32000'],
      [again, 'completed', 'repeat-response'],
      [respond(500), 'completed', ''],
      [timer('J'), 'terminated', 'end'],
      [again, 'terminated', ''],
    ]);
    over(tcp, [[respond(200), 'terminated', 'send-response, end']]);
  });

  it('reports a transport that fails', () => {
    over(udp, [
      [respond(200), 'completed', 'send-response, arm J 32000'],
      [failed, 'terminated', 'report transport, end'],
    ]);
  });
});
