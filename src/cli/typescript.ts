import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError } from './command.js';

/**
 * Lets this process load TypeScript: through the user's tsx, or by the runtime itself where it can.
 *
 * @throws CommandError when neither is there.
 */
export async function enableTypeScript(entry: string): Promise<void> {
  const tsx = tsxOfUser();
  if (tsx !== undefined) {
    // The same as `node --import tsx`: it takes both import and require.
    await import(pathToFileURL(tsx).href);
    return;
  }
  const { features, versions } = process;
  // Node strips types since 22.18, Bun and Deno always have.
  if ((features as { typescript?: unknown }).typescript || versions['bun'] || versions['deno']) return;
  throw new CommandError(`${entry} is TypeScript, which takes tsx. Install it: npm install --save-dev tsx.`);
}

/** The tsx that the user's project has installed; this package has none of its own. */
function tsxOfUser(): string | undefined {
  try {
    return createRequire(resolve('here.js')).resolve('tsx');
  } catch {
    return undefined;
  }
}
