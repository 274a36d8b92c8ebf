import type { z } from 'zod';
import { knownKeys, nearest } from './known-keys.ts';
import { type Path, printPath } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** A problem before it is known where it was said. */
export interface Explanation {
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
}

/** The schema's finding in words for whoever wrote the file: what is wrong, and what to write in its place. */
export function explain(issue: Issue): readonly Explanation[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key));
    case 'invalid_type':
      return [wrongType(path, issue.expected, issue.message)];
    case 'invalid_value':
      return [oneOf(path, issue.values)];
    case 'invalid_union':
      return [oneOf(path, 'options' in issue && Array.isArray(issue.options) ? issue.options : [])];
    case 'too_small':
      return [
        {
          path,
          message:
            issue.origin === 'array' || issue.origin === 'string' ? 'it is empty or too short' : 'it is too little',
          remedy: `The least is ${String(issue.minimum)}${measure(issue.origin)}${issue.inclusive === false ? ', and even that is too little' : ''}.`,
        },
      ];
    case 'too_big':
      return [
        { path, message: 'it is too much', remedy: `The most is ${String(issue.maximum)}${measure(issue.origin)}.` },
      ];
    default:
      return [{ path, message: issue.message, remedy: 'docs/reference/config.md says what it may be.' }];
  }
}

function unknownKey(section: Path, key: string): Explanation {
  const keys = knownKeys(section);
  const meant = nearest(key, keys);
  const place = section.length === 0 ? 'at the top' : `in ${printPath(section)}`;
  return {
    path: [...section, key],
    message: 'there is no such setting',
    remedy:
      meant === undefined
        ? `Remove it. What may stand ${place}: ${keys.join(', ')}.`
        : `Did you mean ${meant}? If not, remove it.`,
  };
}

function wrongType(path: Path, expected: string, message: string): Explanation {
  const kinds: Readonly<Record<string, string>> = {
    string: 'a text; put it between quotes if it looks like a number',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a section with settings of its own',
  };
  const kind = kinds[expected] ?? expected;
  if (message.endsWith('received undefined')) return { path, message: 'it is missing', remedy: `Add it: ${kind}.` };
  return { path, message: 'it is of the wrong kind', remedy: `It must be ${kind}.` };
}

function oneOf(path: Path, values: readonly unknown[]): Explanation {
  const choices = values.filter((value) => value !== undefined).map(String);
  return { path, message: 'there is no such choice', remedy: `Choose one of: ${choices.join(', ')}.` };
}

function measure(origin: string): string {
  if (origin === 'string') return ' character(s)';
  return origin === 'array' ? ' item(s)' : '';
}
