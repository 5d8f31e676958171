import type { GraphNode, Value } from './value.js';

/** What must run for some values to be there. */
export interface Plan {
  /** Every node after those it needs. */
  readonly nodes: readonly GraphNode[];
  /** Values that are there already, in the order of first use. */
  readonly leaves: readonly Value[];
  readonly constants: readonly Value[];
  readonly roots: readonly Value[];
  /** Equal for graphs of equal structure, shapes and constants, whatever their numbers: names a compiled session. */
  readonly key: string;
}

let numVisits = 0;

/** Orders the graph below `roots` and numbers its values (`slot`). Without recursion: graphs are thousands deep. */
export function planFor(roots: readonly Value[]): Plan {
  const mark = ++numVisits;
  const nodes: GraphNode[] = [];
  const leaves: Value[] = [];
  const constants: Value[] = [];
  const parts: string[] = [];
  let numSlots = 0;
  const number = (value: Value) => {
    value.visit = mark;
    value.slot = numSlots++;
  };
  const stack: { readonly value: Value; next: number }[] = [];
  for (const root of roots) {
    if (root.visit === mark) continue;
    stack.push({ value: root, next: 0 });
    while (stack.length > 0) {
      const frame = stack[stack.length - 1]!;
      const { value } = frame;
      if (value.visit === mark) {
        stack.pop();
        continue;
      }
      const node = value.producer;
      if (!node) {
        number(value);
        if (value.constant) {
          constants.push(value);
          parts.push(`c${value.constant.key}`);
        } else {
          leaves.push(value);
          parts.push(`l${value.dtype}[${value.shape}]`);
        }
        stack.pop();
        continue;
      }
      if (frame.next < node.inputs.length) {
        const input = node.inputs[frame.next++];
        if (input && input.visit !== mark) stack.push({ value: input, next: 0 });
        continue;
      }
      for (const output of node.outputs) number(output);
      nodes.push(node);
      let part = `${node.op}${node.attributeKey}(`;
      for (const input of node.inputs) part += input ? `${input.slot},` : ',';
      parts.push(part);
      stack.pop();
    }
  }
  parts.push(`=>${roots.map((root) => root.slot)}`);
  return { nodes, leaves, constants, roots, key: parts.join(';') };
}
