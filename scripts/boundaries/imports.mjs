// Finds every module that a TypeScript file names. The parser is Vite's (through vitest): TypeScript 7 has no
// JavaScript interface, and dependency-cruiser needs one.
import { parseAst } from 'vitest/node';

/**
 * @param {string} source
 * @param {string} fileName its ending says whether there is JSX
 * @returns {{ specifier: string | null, line: number }[]} specifier: null where it is computed at run time
 */
export function importsOf(source, fileName) {
  const ast = parseAst(source, { lang: fileName.endsWith('x') ? 'tsx' : 'ts' });
  const found = [];
  visit(ast, (node) => {
    const target = moduleNamedBy(node);
    if (!target) return;
    const isText = target.type === 'Literal' && typeof target.value === 'string';
    found.push({
      specifier: isText ? target.value : null,
      line: source.slice(0, node.start).split('\n').length,
    });
  });
  return found;
}

function moduleNamedBy(node) {
  switch (node.type) {
    case 'ImportDeclaration': // import … from, import type … from
    case 'ExportAllDeclaration': // export * from
    case 'ExportNamedDeclaration': // export { … } from
    case 'ImportExpression': // import('…')
    case 'TSImportType': // type T = import('…').T
      return node.source;
    case 'TSExternalModuleReference': // import x = require('…')
      return node.expression;
    case 'CallExpression': // require('…'), require.resolve('…'), import.meta.resolve('…')
      return isResolving(node.callee) ? node.arguments[0] : undefined;
    default:
      return undefined;
  }
}

function isResolving(callee) {
  if (callee.type === 'Identifier') return callee.name === 'require';
  if (callee.type !== 'MemberExpression' || callee.property.name !== 'resolve') return false;
  return callee.object.type === 'MetaProperty' || callee.object.name === 'require';
}

function visit(node, enter) {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, enter);
  } else if (node && typeof node === 'object') {
    if (typeof node.type === 'string') enter(node);
    for (const [key, child] of Object.entries(node)) {
      if (key !== 'type' && child && typeof child === 'object') visit(child, enter);
    }
  }
}
