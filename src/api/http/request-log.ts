import type { Log } from '../../telemetry/port.ts';
import type { Api } from './app.ts';
import { asRefusal, sendProblem } from './problem.ts';

/** One line per request: never a body, a token, or what follows the question mark. */
export function logRequests(api: Api, log: Log): void {
  api.addHook('onResponse', (request, reply, done) => {
    const { caller, method, id } = request;
    log.info(
      {
        request: id,
        method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        by: caller?.kind === 'user' ? caller.user.id : caller?.kind,
      },
      'api request',
    );
    done();
  });
  api.setErrorHandler((thrown, request, reply) => {
    const { fault } = asRefusal(thrown);
    const fields = { request: request.id, route: request.routeOptions.url, fault: fault.code, detail: fault.message };
    if (fault.blame === 'us') {
      log.error({ ...fields, cause: fault.cause instanceof Error ? fault.cause.stack : undefined }, 'api fault');
    } else log.debug(fields, 'api refusal');
    return sendProblem(reply, thrown);
  });
}
