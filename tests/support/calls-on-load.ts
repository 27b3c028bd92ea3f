import ts from 'typescript';

/** A module's syntax. */
export function parsed(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** What of a module runs when it is loaded and is no declaration or literal. */
export function callsOnLoad(node: ts.Node): string[] {
  const isField = ts.isPropertyDeclaration(node) && !hasModifier(node, ts.SyntaxKind.StaticKeyword);
  const isType = ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node);
  const isLater = ts.isFunctionLike(node) || isField;
  if (isLater && node.name && ts.isComputedPropertyName(node.name)) return callsOnLoad(node.name);
  if (isLater || isType) return [];
  const isCall =
    ts.isCallExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isTaggedTemplateExpression(node) ||
    ts.isClassStaticBlockDeclaration(node) ||
    ts.isSpreadAssignment(node) ||
    (ts.isSpreadElement(node) && !isLiteral(node.expression)) ||
    (ts.isEnumDeclaration(node) && !hasModifier(node, ts.SyntaxKind.ConstKeyword));
  if (isCall) return [node.getText().split('\n')[0]!];
  const found: string[] = [];
  ts.forEachChild(node, (child) => void found.push(...callsOnLoad(child)));
  return found;
}

/** An array written out: what is spread of it is known. */
function isLiteral(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node))
    return isLiteral(node.expression);
  return ts.isArrayLiteralExpression(node);
}

function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}
