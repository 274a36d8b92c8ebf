import { destination, ownDestination, personalRoute } from './destination.ts';
import { meSchemas } from './me.ts';
import { planSchemas } from './plan.ts';
import { problem } from './problem.ts';
import { sessionSchemas } from './session.ts';

/** Every schema that has a name. */
export const namedSchemas = [
  problem,
  destination,
  ownDestination,
  personalRoute,
  ...planSchemas,
  ...meSchemas,
  ...sessionSchemas,
].map(({ schema }) => schema);
