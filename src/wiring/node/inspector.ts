import type * as inspector from 'node:inspector';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A place in a script as it runs, before source maps; lines and columns count from 0. */
interface ScriptLocation {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

interface InternalProperty {
  readonly name: string;
  readonly value?: { readonly objectId?: string; readonly value?: unknown };
}

// The inspector is asked by an expression, so what it is asked about has to be reachable by one for a moment.
const inspected = Symbol.for('class-events/inspected');
const expression = "globalThis[Symbol.for('class-events/inspected')]";

/** Node's inspector, asked where functions stand. A session is open only while it is asked. */
export class Inspector {
  readonly #newSession: () => inspector.Session;
  readonly #urls = new Map<string, string>();

  private constructor(newSession: () => inspector.Session) {
    this.#newSession = newSession;
  }

  /** Undefined where there is no inspector that can tell: Bun, Deno, a Node that was built without one. */
  static open(): Inspector | undefined {
    try {
      // Not imported: where it is missing or stubbed, looking is what fails.
      const { Session } = createRequire(join(process.cwd(), 'here.js'))('node:inspector') as typeof inspector;
      const opened = new Inspector(() => new Session());
      return opened.locationOf(Inspector) && opened;
    } catch {
      return undefined;
    }
  }

  /** Where the running script has the function; undefined for those that were not written in JavaScript. */
  locationOf(source: Function): (ScriptLocation & { readonly url: string }) | undefined {
    const session = this.#newSession();
    session.connect();
    const reachable = globalThis as { [inspected]?: Function };
    reachable[inspected] = source;
    try {
      const { result } = ask(session, 'Runtime.evaluate', { expression }) as { result: { objectId?: string } };
      const location = scriptLocationOf(session, result.objectId);
      const url = location && this.#urlOf(session, location.scriptId);
      // Evaluated code has no file.
      return url ? { ...location, url } : undefined;
    } finally {
      delete reachable[inspected];
      session.disconnect();
    }
  }

  #urlOf(session: inspector.Session, scriptId: string): string | undefined {
    if (!this.#urls.has(scriptId)) {
      // Enabling tells of every script that is loaded: 30 ms, so once, and again only for a script that came later.
      session.on('Debugger.scriptParsed', ({ params }) => this.#urls.set(params.scriptId, params.url));
      ask(session, 'Debugger.enable');
    }
    return this.#urls.get(scriptId);
  }
}

function scriptLocationOf(session: inspector.Session, objectId: string | undefined): ScriptLocation | undefined {
  if (objectId === undefined) return undefined;
  const properties = ask(session, 'Runtime.getProperties', { objectId, ownProperties: true });
  const { internalProperties = [] } = properties as { internalProperties?: InternalProperty[] };
  const internal = (...names: string[]): InternalProperty['value'] =>
    internalProperties.find(({ name }) => names.includes(name))?.value;
  const location = internal('[[FunctionLocation]]')?.value as ScriptLocation | undefined;
  // A bound function and a proxy stand where the function stands that they lead to.
  return location ?? scriptLocationOf(session, internal('[[TargetFunction]]', '[[Target]]')?.objectId);
}

/** A session of the same thread answers before `post` returns. */
function ask(session: inspector.Session, method: string, parameters: object = {}): object {
  let answer: object | undefined;
  let failure: Error | null = null;
  session.post(method, parameters, (error, result) => {
    failure = error;
    answer = result;
  });
  if (failure !== null) throw failure as Error;
  return answer ?? {};
}
