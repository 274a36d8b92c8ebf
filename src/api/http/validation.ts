import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import { Fault } from '../../faults/fault.ts';
import { Refusal } from './problem.ts';

/** The first thing that the schema found, in words for whoever sent it. */
export function explainValidation(errors: readonly FastifySchemaValidationError[], where: string): Refusal {
  const [first] = errors;
  if (first === undefined) return new Refusal(new Fault('BAD_REQUEST', `the ${where} is not as it should be`));
  const { instancePath } = first;
  const place = instancePath === '' ? `the ${where}` : `${instancePath} in the ${where}`;
  const fault = new Fault('BAD_REQUEST', `${place} ${sentence(first)}`);
  return new Refusal(fault, where === 'body' ? { pointer: instancePath } : {});
}

function sentence({ keyword, params, message }: FastifySchemaValidationError): string {
  const text = (name: string): string => JSON.stringify(params[name]);
  switch (keyword) {
    case 'additionalProperties':
      return `has a property ${text('additionalProperty')} that is not known here: remove it, or check how it is spelled`;
    case 'required':
      return `lacks ${text('missingProperty')}: add it`;
    case 'enum':
      return `must be one of ${text('allowedValues')}`;
    case 'const':
      return `must be ${text('allowedValue')}`;
    case 'discriminator':
      return `must name one of the choices in ${text('tag')}: see /docs`;
    case 'type':
      return `must be of type ${text('type')}`;
    default:
      return `${message ?? 'is not as it should be'}: see /docs for what it may be`;
  }
}
