import type { Application } from '../core/application.ts';
import type { Direction, Director } from '../core/direction.ts';
import type { InboundRequest } from '../core/inbound.ts';
import type { Log } from '../core/surroundings.ts';
import { Headers } from '../message/headers.ts';
import { printMessage } from '../message/print.ts';
import type { RequestHandler } from '../options.ts';
import { askHandler } from './ask-handler.ts';
import { type ApplicationPlace, type DirectionAnswer, readDirectionAnswer, readPlace } from './direction-answer.ts';
import { directionUrl } from './direction-query.ts';

/** What the outbound mode needs of the control ports. */
export interface OutboundHost {
  /** Connects to an application that waits for us; undefined, once, where it does not come to be heard. */
  connect(place: ApplicationPlace, done: (connected: ConnectedApplication | undefined) => void): void;
  /** The next in turn of those that want the method and have the tag. */
  tagged(method: string, tag: string): Application | undefined;
  readonly agent: string;
  readonly log: Log;
}

export interface ConnectedApplication {
  readonly application: Application;
  destroy(): void;
}

const unreachable: Direction = { type: 'answer', status: 480 };
const failed: Direction = { type: 'answer', status: 500 };

/**
 * New requests whose application is chosen by somebody outside, request by request, and which the engine connects to:
 * drachtio's outbound mode. For the methods that a handler stands for, nobody else is asked.
 */
export class OutboundRouting {
  constructor(
    private readonly handlers: readonly RequestHandler[],
    private readonly host: OutboundHost,
  ) {}

  directorFor(method: string): Director | undefined {
    const handler =
      this.handlers.find((candidate) => candidate.method.toUpperCase() === method) ??
      this.handlers.find((candidate) => candidate.method === '*');
    if (handler === undefined) return undefined;
    return (inbound, found) => {
      void this.#direct(handler, inbound, found);
    };
  }

  async #direct(
    handler: RequestHandler,
    inbound: InboundRequest,
    found: (direction: Direction) => void,
  ): Promise<void> {
    const { method } = inbound.request;
    try {
      const place = placeOf(handler.url);
      const answer: DirectionAnswer =
        place === undefined ? await this.#ask(handler, inbound) : { type: 'connect', place };
      this.#follow(answer, method, found);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.host.log('warn', 'a request handler gave no direction', { handler: handler.url, method, why });
      found(failed);
    }
  }

  async #ask({ url, httpMethod }: RequestHandler, inbound: InboundRequest): Promise<DirectionAnswer> {
    const text = await askHandler({
      url: directionUrl(url, inbound),
      httpMethod: httpMethod ?? 'GET',
      message: printMessage(inbound.request),
      agent: this.host.agent,
    });
    const answer = readDirectionAnswer(text);
    if (!answer.ok) throw new Error(answer.error);
    return answer.value;
  }

  #follow(answer: DirectionAnswer, method: string, found: (direction: Direction) => void): void {
    switch (answer.type) {
      case 'reject': {
        const { status, reason } = answer;
        found({ type: 'answer', status, ...(reason === undefined ? {} : { reason }) });
        return;
      }
      case 'redirect':
        found({ type: 'answer', status: 302, headers: Headers.from(answer.contacts.map(contactField)) });
        return;
      case 'proxy':
        found(answer);
        return;
      case 'tag': {
        const application = this.host.tagged(method, answer.tag);
        if (application === undefined) {
          this.host.log('warn', 'no application that wants the method has the tag', { method, tag: answer.tag });
          found(unreachable);
        } else found({ type: 'application', application, release: () => undefined });
        return;
      }
      case 'connect':
        this.#connect(answer.place, found);
    }
  }

  #connect(place: ApplicationPlace, found: (direction: Direction) => void): void {
    this.host.connect(place, (connected) => {
      if (connected === undefined) {
        this.host.log('warn', 'an application could not be connected to', { ...place });
        found(unreachable);
        return;
      }
      found({
        type: 'application',
        application: connected.application,
        release: () => {
          connected.destroy();
        },
      });
    });
  }
}

/** `tcp://host:port` and `tls://host:port` need no question. */
function placeOf(url: string): ApplicationPlace | undefined {
  const [, scheme, rest] = /^(tcp|tls):\/\/([^/]+)\/?$/i.exec(url) ?? [];
  if (rest === undefined) return undefined;
  const place = readPlace(rest);
  if (place === undefined) throw new Error('its URL names no host:port');
  return { ...place, tls: scheme?.toLowerCase() === 'tls' };
}

function contactField(contact: string): [string, string] {
  return ['Contact', contact.includes('<') ? contact : `<${contact}>`];
}
