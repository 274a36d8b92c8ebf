import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { err, ok, type Result } from '../kernel/result.ts';
import type { ConfigProblem, Path } from './problem.ts';
import { isTree, type Tree } from './tree.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlFile {
  readonly tree: Tree;
  /** Where the setting stands, or else the nearest section around it. */
  find(path: Path): Position | undefined;
}

/** Reads a YAML 1.2 file whose top is a mapping, or which is empty. */
export function readYamlFile(file: string): Result<YamlFile, readonly ConfigProblem[]> {
  try {
    return readYaml(readFileSync(file, 'utf8'), file);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return err([
      {
        ...{ source: file, path: '', line: undefined, column: undefined },
        message: `the configuration file cannot be read: ${why}`,
        remedy: 'Check its path and its permissions, or start without a file: every setting has a default.',
      },
    ]);
  }
}

export function readYaml(text: string, source: string): Result<YamlFile, readonly ConfigProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problem = (at: number, message: string, remedy: string): ConfigProblem => {
    const { line, col } = lines.linePos(at);
    return { source, path: '', line, column: col, message, remedy };
  };
  if (document.errors.length > 0) {
    return err(
      document.errors.map((e) =>
        problem(e.pos[0], e.message, 'Correct the YAML: look at the indentation and the quotes.'),
      ),
    );
  }
  const value: unknown = document.toJS() ?? {};
  if (!isTree(value)) {
    return err([
      problem(0, 'the file is not a mapping', 'Write one `section:` a line, with its settings indented under it.'),
    ]);
  }
  return ok({
    tree: value,
    find: (path) => {
      const at = offsetOf(document.contents, path);
      if (at === undefined) return undefined;
      const { line, col } = lines.linePos(at);
      return { line, column: col };
    },
  });
}

/** The key of the last step that exists, because a value may be empty or many lines long. */
function offsetOf(root: Node | null, path: Path): number | undefined {
  let node: unknown = root;
  let found = root?.range?.[0];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined || !isNode(pair.key)) return found;
      found = pair.key.range?.[0];
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (!isNode(item)) return found;
      found = item.range?.[0];
      node = item;
    } else return found;
  }
  return found;
}
