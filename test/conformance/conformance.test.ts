import { applications } from './cases/applications.ts';
import { b2bua } from './cases/b2bua.ts';
import { callRecords } from './cases/call-records.ts';
import { cancelling } from './cases/cancelling.ts';
import { controlPort } from './cases/control.ts';
import { inDialogs } from './cases/in-dialogs.ts';
import { early } from './cases/early.ts';
import { externalAddress, localNetworks } from './cases/external-address.ts';
import { incomingCalls } from './cases/incoming-calls.ts';
import { malformed } from './cases/malformed.ts';
import { outboundConnections } from './cases/outbound-connections.ts';
import { outgoingCalls } from './cases/outgoing-calls.ts';
import { outsideDialogs } from './cases/outside-dialogs.ts';
import { proxyDetails } from './cases/proxying-details.ts';
import { proxyRequest } from './cases/proxying.ts';
import { refusalsOfFrames } from './cases/refusals-of-frames.ts';
import { reliability } from './cases/reliability.ts';
import { sessionTimers } from './cases/session-timers.ts';
import { secureWebsocket, tcp, tls, websocket } from './cases/streams.ts';
import { subscriptions } from './cases/subscriptions.ts';
import { translated } from './cases/translated.ts';
import { drachtioServer, howToGiveOne } from './subject/drachtio-server.ts';
import { embedded } from './subject/embedded.ts';
import { playOn, type Suite } from './suite.ts';

const suites: readonly Suite[] = [
  controlPort,
  refusalsOfFrames,
  outsideDialogs,
  incomingCalls,
  outgoingCalls,
  cancelling,
  inDialogs,
  reliability,
  early,
  b2bua,
  subscriptions,
  applications,
  translated,
  malformed,
  tcp,
  tls,
  websocket,
  secureWebsocket,
  externalAddress,
  localNetworks,
  sessionTimers,
  proxyRequest,
  proxyDetails,
  callRecords,
  outboundConnections,
];

playOn(embedded, suites);
const server = drachtioServer();
if (server === undefined) describe('conformance of drachtio-server', () => it(howToGiveOne));
else playOn(server, suites);
