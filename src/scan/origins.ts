import type ts from 'typescript';
import type { Call, Code } from './code.js';
import type { ClassHierarchy } from './class-hierarchy.js';
import { elementType, eventTypes } from './event-types.js';
import { symbolOf } from './functions.js';
import type { Implementations } from './implementations.js';
import { MultiMap } from './multi-map.js';
import type { Project } from './project.js';

/** An expression from which a value comes, followed back as far as it can be told. */
export interface Origin {
  readonly expression: ts.Expression;
  /** The value is an element of what the expression gives, not that itself. */
  readonly element: boolean;
  /** The outermost call that hands the value on: what happens, happens on its behalf. */
  readonly call: Pick<Call, 'within'> & { readonly node: ts.Node };
}

/**
 * Follows values back: through constants, conditions, lists, loops, and through parameters to the calls of their
 * function.
 */
export class Origins {
  readonly #project: Project;
  readonly #hierarchy: ClassHierarchy;
  readonly #implementations: Implementations;
  readonly #calls: MultiMap<ts.SignatureDeclaration, Call>;

  constructor(project: Project, { calls }: Code, hierarchy: ClassHierarchy, implementations: Implementations) {
    this.#project = project;
    this.#hierarchy = hierarchy;
    this.#implementations = implementations;
    this.#calls = MultiMap.by(calls, ({ targets }) => targets);
  }

  /** At least one: where nothing more can be told, the expression itself. */
  of(origin: Origin): readonly Origin[] {
    const origins: Origin[] = [];
    // Expressions that were followed, with the calls on whose behalf: a function that calls itself hands on what it
    // got.
    const seen = new Map<ts.Node, Set<ts.Node>>();
    // A list of its own in place of recursion: a value may go through thousands of functions.
    const ahead: Origin[] = [origin];
    for (let next = ahead.pop(); next; next = ahead.pop()) {
      const at = { ...next, expression: this.#strip(next.expression) };
      const calls = seen.get(at.expression) ?? new Set();
      if (calls.has(at.call.node)) continue;
      seen.set(at.expression, calls.add(at.call.node));
      const further = this.#stepBack(at);
      if (further) ahead.push(...[...further].reverse());
      else origins.push(at);
    }
    return origins.length > 0 ? origins : [origin];
  }

  /** Where a value was before, by one step; undefined where that cannot be told. */
  #stepBack(at: Origin): readonly Origin[] | undefined {
    const { ts } = this.#project;
    const { expression } = at;
    if (ts.isConditionalExpression(expression)) {
      return [expression.whenTrue, expression.whenFalse].map((branch) => ({ ...at, expression: branch }));
    }
    if (ts.isBinaryExpression(expression) && this.#isChoice(expression.operatorToken.kind)) {
      return [expression.left, expression.right].map((side) => ({ ...at, expression: side }));
    }
    if (ts.isArrayLiteralExpression(expression) && at.element) {
      return expression.elements.map((member) =>
        ts.isSpreadElement(member)
          ? { ...at, expression: member.expression }
          : { ...at, expression: member, element: false },
      );
    }
    const mapped = at.element ? this.#mappedBy(expression) : undefined;
    if (mapped) return [{ ...at, ...mapped }];
    const declaration = this.#declarationOf(expression);
    if (declaration && ts.isParameter(declaration)) return this.#inputsOf(declaration, at);
    const source = declaration && this.#sourceOf(declaration, at.element);
    return source && [{ ...at, ...source }];
  }

  /** What `orders.flatMap((order) => order.pullEvents())` makes of each element. */
  #mappedBy(expression: ts.Expression): Pick<Origin, 'expression' | 'element'> | undefined {
    const { ts, checker } = this.#project;
    if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return undefined;
    const [callback] = expression.arguments;
    const isMap = expression.expression.name.text === 'map';
    if (!isMap && expression.expression.name.text !== 'flatMap') return undefined;
    if (!callback || !ts.isArrowFunction(callback) || ts.isBlock(callback.body)) return undefined;
    const isList = !isMap && checker.isArrayType(checker.getTypeAtLocation(callback.body));
    return { expression: callback.body, element: isList };
  }

  #strip(expression: ts.Expression): ts.Expression {
    const { ts } = this.#project;
    const isConst = ts.isAsExpression(expression) && ts.isConstTypeReference(expression.type);
    const isWrapped =
      ts.isParenthesizedExpression(expression) ||
      ts.isSatisfiesExpression(expression) ||
      ts.isNonNullExpression(expression);
    return isConst || isWrapped ? this.#strip(expression.expression) : expression;
  }

  #isChoice(operator: ts.SyntaxKind): boolean {
    const { BarBarToken, QuestionQuestionToken } = this.#project.ts.SyntaxKind;
    return operator === BarBarToken || operator === QuestionQuestionToken;
  }

  #declarationOf(expression: ts.Expression): ts.Declaration | undefined {
    const { ts } = this.#project;
    if (!ts.isIdentifier(expression) && !ts.isPropertyAccessExpression(expression)) return undefined;
    return symbolOf(this.#project, expression)?.valueDeclaration;
  }

  /** Where the value of something that never changes was given. */
  #sourceOf(declaration: ts.Declaration, element: boolean): Pick<Origin, 'expression' | 'element'> | undefined {
    const { ts } = this.#project;
    if (ts.isVariableDeclaration(declaration) && ts.isVariableDeclarationList(declaration.parent)) {
      const statement = declaration.parent.parent;
      if (ts.isForOfStatement(statement) && ts.isIdentifier(declaration.name)) {
        return element ? undefined : { expression: statement.expression, element: true };
      }
      if (!(declaration.parent.flags & ts.NodeFlags.Const)) return undefined;
    } else if (!ts.isPropertyDeclaration(declaration) || !this.#isReadonly(declaration)) {
      return undefined;
    }
    const { initializer } = declaration;
    return initializer && { expression: initializer, element };
  }

  #isReadonly(declaration: ts.Declaration): boolean {
    const { ts } = this.#project;
    return Boolean(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Readonly);
  }

  /** What the calls of the parameter's function give for it; undefined when none is known. */
  #inputsOf(parameter: ts.ParameterDeclaration, at: Origin): readonly Origin[] | undefined {
    const { parent } = parameter;
    const index = parent.parameters.indexOf(parameter);
    const list = index === 0 && !at.element ? this.#iteratedList(parent) : undefined;
    if (list) return [{ ...at, expression: list, element: true }];
    if (this.#isSettled(at)) return undefined;
    const inputs = this.#callsOf(parent).flatMap((call) =>
      this.#argumentsFor(parameter, index, call.node).map((argument) => ({ element: at.element, call, ...argument })),
    );
    return inputs.length > 0 ? inputs : undefined;
  }

  /** Whether the static type says all: classes of which the project has no subclasses. */
  #isSettled({ expression, element }: Origin): boolean {
    const { ts, checker } = this.#project;
    const type = checker.getTypeAtLocation(expression);
    const { classes, unknown } = eventTypes(this.#project, (element && elementType(this.#project, type)) || type);
    return !unknown && classes.every((event) => event.flags & ts.SymbolFlags.Class && !this.#hierarchy.hasHeirs(event));
  }

  #argumentsFor(
    parameter: ts.ParameterDeclaration,
    index: number,
    call: ts.CallExpression,
  ): { expression: ts.Expression; element?: boolean }[] {
    const { ts } = this.#project;
    const spread = call.arguments.findIndex((argument) => ts.isSpreadElement(argument));
    const values = parameter.dotDotDotToken ? call.arguments.slice(index) : call.arguments.slice(index, index + 1);
    if (spread >= 0 && spread <= index) {
      return [{ expression: (call.arguments[spread] as ts.SpreadElement).expression, element: true }];
    }
    if (values.length === 0) return parameter.initializer ? [{ expression: parameter.initializer }] : [];
    if (!parameter.dotDotDotToken) return values.map((expression) => ({ expression }));
    return values.map((value) =>
      ts.isSpreadElement(value)
        ? { expression: value.expression, element: true }
        : { expression: value, element: false },
    );
  }

  #callsOf(declaration: ts.SignatureDeclaration): readonly Call[] {
    const callable = [declaration, ...this.#implementations.above(declaration)];
    return [...new Set(callable.flatMap((callee) => this.#calls.get(callee)))];
  }

  /** The list over which this function is called back: `events.forEach((event) => …)`. */
  #iteratedList(callback: ts.Node): ts.Expression | undefined {
    const { ts, checker } = this.#project;
    const { parent } = callback;
    if (!ts.isCallExpression(parent) || parent.arguments[0] !== callback) return undefined;
    const { expression } = parent;
    if (!ts.isPropertyAccessExpression(expression) || !callsBack.has(expression.name.text)) return undefined;
    const list = checker.getTypeAtLocation(expression.expression);
    return checker.isArrayType(list) || checker.isTupleType(list) ? expression.expression : undefined;
  }
}

/** The methods of lists that call their first argument with each element. */
const callsBack = new Set(['forEach', 'map', 'flatMap', 'filter', 'some', 'every', 'find']);
