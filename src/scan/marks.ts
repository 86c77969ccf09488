import type ts from 'typescript';
import type { Call, Code } from './code.js';
import { eventTypes, type EventTypes } from './event-types.js';
import { functionsOf, functionsOfSymbol } from './functions.js';
import { handlerOptions } from './handler-options.js';
import type { Implementations } from './implementations.js';
import type { Origins } from './origins.js';
import type { PackageCode } from './package-code.js';
import type { Project } from './project.js';
import { handlerName, keysOf, type SubscriptionSite } from './subscriptions.js';

/** Finds what `@On`, and decorators that are made of it, subscribe. */
export class Marks {
  readonly #project: Project;
  readonly #packageCode: PackageCode;
  readonly #origins: Origins;
  readonly #implementations: Implementations;

  constructor(project: Project, packageCode: PackageCode, origins: Origins, implementations: Implementations) {
    this.#project = project;
    this.#packageCode = packageCode;
    this.#origins = origins;
    this.#implementations = implementations;
  }

  /** Returns the subscriptions by marks in the code. */
  in({ decorators, calls }: Code): SubscriptionSite[] {
    return [
      ...decorators.flatMap((decorator) => this.#ofDecorator(decorator)),
      ...calls.flatMap((call) => this.#ofPlainCall(call)),
    ];
  }

  #ofDecorator(decorator: ts.Decorator): SubscriptionSite[] {
    const { ts, checker } = this.#project;
    const { parent, expression } = decorator;
    const method = this.#methodUnder(parent);
    const subscriberClass = ts.isClassLike(parent) ? parent : parent.parent;
    if (!method || !ts.isClassLike(subscriberClass)) return [];
    const types = this.#typesOf(expression, method);
    if (!types) return [];
    const call = { node: decorator, within: subscriberClass };
    const options = ts.isCallExpression(expression) && this.#isOn(expression) ? expression.arguments[1] : undefined;
    // An override runs in place of the method that is marked.
    const bodies = [method, ...this.#implementations.below(method)];
    return [
      {
        node: decorator,
        name: handlerName(this.#project, bodies) ?? '(anonymous)',
        bodies,
        subscriberClass: checker.getTypeAtLocation(subscriberClass).getSymbol(),
        ...handlerOptions(this.#project, this.#origins, options, call),
        ...types,
      },
    ];
  }

  /** `On(OrderPlaced)(target, name, descriptor)`: a decorator that a function of the user's applies by itself. */
  #ofPlainCall({ node, within }: Call): SubscriptionSite[] {
    const { ts } = this.#project;
    const applied = node.expression;
    if (!ts.isCallExpression(applied) || !this.#isOn(applied)) return [];
    const [key, options] = applied.arguments;
    if (!key) return [];
    const call = { node: applied, within };
    const site = { name: 'On, called', bodies: [], ...handlerOptions(this.#project, this.#origins, options, call) };
    return this.#keys(key, call).map((types) => ({ ...site, ...types }));
  }

  #isOn({ expression }: ts.CallExpression): boolean {
    return functionsOf(this.#project, expression).some((declaration) => this.#packageCode.isOn(declaration));
  }

  /** The method that a decorator on it, or on its class, subscribes. */
  #methodUnder(decorated: ts.Node): ts.SignatureDeclaration | undefined {
    const { ts, checker } = this.#project;
    if (ts.isMethodDeclaration(decorated)) return decorated;
    if (!ts.isClassLike(decorated)) return undefined;
    const symbol = checker.getTypeAtLocation(decorated).getSymbol();
    const handle = symbol && checker.getDeclaredTypeOfSymbol(symbol).getProperty('handle');
    return handle && functionsOfSymbol(this.#project, handle)[0];
  }

  #typesOf(decorator: ts.Expression, method: ts.SignatureDeclaration): EventTypes | undefined {
    const { ts, checker } = this.#project;
    if (ts.isCallExpression(decorator) && this.#isOn(decorator)) {
      const [key] = decorator.arguments;
      return key ? mergeTypes(this.#keys(key, { node: decorator, within: method })) : this.#inferTypes(method);
    }
    const type = checker.getTypeAtLocation(decorator);
    if (!type.getSymbol()?.declarations?.some((declaration) => this.#packageCode.isOnDecorator(declaration)))
      return undefined;
    const [event] = checker.getTypeArguments(type as ts.TypeReference);
    return event && !(event.flags & ts.TypeFlags.Never) ? eventTypes(this.#project, event) : this.#inferTypes(method);
  }

  #keys(
    key: ts.Expression,
    call: Pick<Call, 'within'> & { node: ts.Node },
  ): (EventTypes & { readonly node: ts.Node })[] {
    const { ts } = this.#project;
    const expression = ts.isArrowFunction(key) && !ts.isBlock(key.body) ? key.body : key;
    return keysOf(this.#project, this.#origins, expression, call);
  }

  /** `@On()` takes the class from the parameter's type. */
  #inferTypes({ parameters: [parameter] }: ts.SignatureDeclaration): EventTypes {
    const { checker } = this.#project;
    return parameter
      ? eventTypes(this.#project, checker.getTypeAtLocation(parameter))
      : { classes: [], unknown: 'no parameter' };
  }
}

function mergeTypes(types: readonly EventTypes[]): EventTypes {
  return {
    classes: types.flatMap(({ classes }) => classes),
    unknown: types.find(({ unknown }) => unknown !== undefined)?.unknown,
  };
}
