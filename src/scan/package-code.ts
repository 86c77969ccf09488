import { dirname, join } from 'node:path';
import type ts from 'typescript';
import type { Compiler } from './compiler.js';

/**
 * Knows what was declared by class-events: by the nearest package.json that has a name, so that links, monorepos,
 * aliases and several copies make no difference.
 */
export class PackageCode {
  readonly #ts: Compiler;
  readonly #names = new Map<string, string | undefined>();

  constructor(compiler: Compiler) {
    this.#ts = compiler;
  }

  owns(declaration: ts.Node): boolean {
    return this.#packageOf(dirname(declaration.getSourceFile().fileName)) === 'class-events';
  }

  /** The name of the method, if it is one of `EventBus`. */
  busMethodOf(declaration: ts.Node): string | undefined {
    const { parent } = declaration;
    if (!this.#ts.isMethodDeclaration(declaration) || !this.#ts.isIdentifier(declaration.name)) return undefined;
    const isBus = this.#ts.isClassDeclaration(parent) && parent.name?.text === 'EventBus';
    return isBus && this.owns(declaration) ? declaration.name.text : undefined;
  }

  isOn(declaration: ts.Node): boolean {
    return this.nameOf(declaration) === 'On';
  }

  /** What the package calls a function or a member of its own: `publishEventsOf`, `DomainEvents.register`. */
  nameOf(declaration: ts.Node): string | undefined {
    const ts = this.#ts;
    if (ts.isFunctionDeclaration(declaration)) return this.owns(declaration) ? declaration.name?.text : undefined;
    const { parent } = declaration;
    const isMember = ts.isMethodDeclaration(declaration) || ts.isMethodSignature(declaration);
    const isTyped = isMember && (ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent));
    if (!isTyped || !ts.isIdentifier(declaration.name) || !this.owns(declaration)) return undefined;
    return `${parent.name?.text ?? ''}.${declaration.name.text}`;
  }

  isOnDecorator(declaration: ts.Node): boolean {
    return (
      this.#ts.isInterfaceDeclaration(declaration) && declaration.name.text === 'OnDecorator' && this.owns(declaration)
    );
  }

  #packageOf(folder: string): string | undefined {
    if (!this.#names.has(folder)) this.#names.set(folder, this.#nameIn(folder));
    return this.#names.get(folder);
  }

  #nameIn(folder: string): string | undefined {
    const text = this.#ts.sys.readFile(join(folder, 'package.json'));
    // A package.json may do no more than say `"type": "commonjs"`: then the package's name stands further up.
    const { config } = this.#ts.parseConfigFileTextToJson('package.json', text ?? '{}') as {
      config?: { name?: unknown };
    };
    if (typeof config?.name === 'string') return config.name;
    const above = dirname(folder);
    return above === folder ? undefined : this.#packageOf(above);
  }
}
