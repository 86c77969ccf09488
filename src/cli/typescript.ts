import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isOlder } from '../scan/version.js';
import { CommandError } from './command.js';

/** Older ones cannot be loaded into a process that runs already. */
const oldest = '4.7';

/**
 * Lets this process load TypeScript: through the user's tsx, or by the runtime itself where it can.
 *
 * @throws CommandError when neither is there, or tsx is too old.
 */
export async function enableTypeScript(entry: string): Promise<void> {
  const tsx = tsxOfUser();
  if (tsx !== undefined && !isOlder(tsx.version, oldest)) {
    // The same as `node --import tsx`: it takes both import and require.
    await import(pathToFileURL(tsx.path).href);
    return;
  }
  const { features, versions } = process;
  // Node strips types since 22.18, Bun and Deno always have.
  if ((features as { typescript?: unknown }).typescript || versions['bun'] || versions['deno']) return;
  const found = tsx ? ` ${oldest} or newer, and your project has ${tsx.version}` : '';
  throw new CommandError(`${entry} is TypeScript, which takes tsx${found}. Install it: npm install --save-dev tsx.`);
}

/** The tsx that the user's project has installed; this package has none of its own. */
function tsxOfUser(): { readonly path: string; readonly version: string } | undefined {
  const require = createRequire(resolve('here.js'));
  try {
    const { version } = require('tsx/package.json') as { version: string };
    return { path: require.resolve('tsx'), version };
  } catch {
    return undefined;
  }
}
