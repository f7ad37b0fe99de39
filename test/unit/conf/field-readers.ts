// Who reads a field of the typed configuration: a walk of the type checker over the modules that act on it.
// Truth: TypeScript's own resolution of each `a.b`, `a['b']` and `{ b } = a` to the declaration of b.

import { join, sep } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../../..');
const core = join(root, 'src', 'core') + sep;

/** Modules that act: machines, their composition, the daemon's processes and the OS. */
const acting = [
  'vrrp',
  'check',
  'pool',
  'ipvs',
  'link',
  'track',
  'bfd',
  'alert',
  'daemon',
  'runtime',
  'host',
];
/** Reads a field only to say that it cannot be done yet. */
const excuses = /[/\\]unsupported\.ts$/;

/** Types whose values go on whole as another type of the same shape, which host/ reads. */
const handedOn: Readonly<Record<string, readonly string[]>> = {
  Target: ['DialTarget', 'SocketMarks'],
};

export interface FieldReaders {
  /** `InstanceConfig.announce.delay`, `CheckKind.http.tls.sni` -> places that read it; undefined: no such field. */
  of(path: string): readonly string[] | undefined;
  /** Paths of the properties of a type, one level deep. */
  fieldsOf(typeName: string): readonly string[];
}

/** Files of src whose exported types `of` knows by name. */
const typeFiles = [
  'vrrp/config.ts',
  'check/config.ts',
  'pool/config.ts',
  'link/model.ts',
  'ipvs/model.ts',
  'conf/config.ts',
  'script.ts',
  'host/dial.ts',
  'host/marked-socket.ts',
];

const moduleOf = (file: string): string =>
  file.startsWith(core) ? (file.slice(core.length).split(sep)[0] ?? '') : '';

export function readFieldReaders(): FieldReaders {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), path => ts.sys.readFile(path));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const named = typeFiles.map(name => core + name.split('/').join(sep));
  const roots = fileNames.filter(file => acting.includes(moduleOf(file)) || named.includes(file));
  const program = ts.createProgram(roots, options);
  const checker = program.getTypeChecker();
  const readers = new Map<ts.Declaration, string[]>();
  for (const file of program.getSourceFiles()) {
    if (!acting.includes(moduleOf(file.fileName)) || excuses.test(file.fileName)) continue;
    collect(file, checker, (declaration, node) => {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      const place = `${file.fileName.slice(root.length + 1)}:${line + 1}`;
      const known = readers.get(declaration);
      if (known === undefined) readers.set(declaration, [place]);
      else known.push(place);
    });
  }
  const types = exportedTypes(program, checker);
  const symbolsOf = (path: string) => {
    const [name = '', ...rest] = path.split('.');
    const from = types.get(name);
    if (from === undefined) return [];
    const further = (handedOn[name] ?? []).flatMap(each => {
      const to = types.get(each);
      return to !== undefined && checker.isTypeAssignableTo(from, to) ? propertiesAt(to, rest, checker) : [];
    });
    return [...propertiesAt(from, rest, checker), ...further];
  };
  return {
    of: path => {
      const symbols = symbolsOf(path);
      const declarations = new Set(symbols.flatMap(symbol => symbol.declarations ?? []));
      return symbols.length === 0 ? undefined : [...declarations].flatMap(each => readers.get(each) ?? []);
    },
    fieldsOf: name => {
      const type = types.get(name);
      return type === undefined ? [] : checker.getPropertiesOfType(type).map(each => `${name}.${each.name}`);
    },
  };
}

function exportedTypes(program: ts.Program, checker: ts.TypeChecker): ReadonlyMap<string, ts.Type> {
  const found = new Map<string, ts.Type>();
  for (const name of typeFiles) {
    const file = program.getSourceFile(core + name.split('/').join(sep));
    const symbol = file === undefined ? undefined : checker.getSymbolAtLocation(file);
    if (symbol === undefined) throw new Error(`${name} is not part of the program`);
    for (const each of checker.getExportsOfModule(symbol)) {
      const [declaration] = each.declarations ?? [];
      if (
        declaration !== undefined &&
        (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration))
      )
        found.set(each.name, checker.getDeclaredTypeOfSymbol(each));
    }
  }
  return found;
}

/** The property symbols a path ends at; a segment that is the `kind` of a union's member narrows the union to it. */
function propertiesAt(
  start: ts.Type,
  segments: readonly string[],
  checker: ts.TypeChecker,
): readonly ts.Symbol[] {
  let members = [start];
  let symbols: readonly ts.Symbol[] = [];
  for (const segment of segments) {
    const parts = members.flatMap(type => unionOf(checker.getNonNullableType(type)));
    const narrowed = parts.length > 1 ? parts.filter(type => kindOf(type, checker) === segment) : [];
    if (narrowed.length > 0) {
      members = narrowed;
      continue;
    }
    symbols = parts.flatMap(type => checker.getPropertyOfType(elementOf(type, checker), segment) ?? []);
    if (symbols.length === 0) return [];
    members = symbols.map(symbol => checker.getTypeOfSymbol(symbol));
  }
  return symbols;
}

const unionOf = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);

/** The items of an array are looked into as if there were one. */
const elementOf = (type: ts.Type, checker: ts.TypeChecker): ts.Type =>
  checker.isArrayType(type) ? (checker.getTypeArguments(type as ts.TypeReference)[0] ?? type) : type;

function kindOf(type: ts.Type, checker: ts.TypeChecker): string | undefined {
  const kind = checker.getPropertyOfType(type, 'kind');
  const literal = kind === undefined ? undefined : checker.getTypeOfSymbol(kind);
  return literal?.isStringLiteral() === true ? literal.value : undefined;
}

type Note = (declaration: ts.Declaration, node: ts.Node) => void;

function collect(file: ts.SourceFile, checker: ts.TypeChecker, note: Note): void {
  const noteProperty = (type: ts.Type, name: string, node: ts.Node) => {
    for (const part of unionOf(checker.getNonNullableType(type)))
      for (const each of checker.getPropertyOfType(part, name)?.declarations ?? []) note(each, node);
  };
  const noteKey = (node: ts.ElementAccessExpression, key: ts.Type) => {
    if (key.isStringLiteral()) noteProperty(checker.getTypeAtLocation(node.expression), key.value, node);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && !isWritten(node))
      noteProperty(checker.getTypeAtLocation(node.expression), node.name.text, node);
    else if (ts.isElementAccessExpression(node) && !isWritten(node))
      for (const key of unionOf(checker.getTypeAtLocation(node.argumentExpression))) noteKey(node, key);
    else if (
      ts.isBindingElement(node) &&
      ts.isObjectBindingPattern(node.parent) &&
      node.dotDotDotToken === undefined
    ) {
      const name = node.propertyName ?? node.name;
      if (ts.isIdentifier(name)) noteProperty(checker.getTypeAtLocation(node.parent), name.text, node);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}

const isWritten = (node: ts.Expression): boolean =>
  ts.isBinaryExpression(node.parent) &&
  node.parent.left === node &&
  node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
