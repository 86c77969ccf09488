import { execFileSync } from 'node:child_process';

/**
 * Flags for Node. A young generation of a fixed size: otherwise it grows while a case is measured, and the first touch of each new page
 * is charged to the contender that allocates at that moment (`a publish`: 146 ns instead of 67, Node 24).
 */
const nodeFlags = ['--expose-gc', '--min-semi-space-size=8', '--max-semi-space-size=8'];

/** A JavaScript runtime to measure on, given by the path of its program. */
export class Runtime {
  constructor(path = process.execPath) {
    this.path = path;
    const asked = 'const { bun, node } = process.versions; console.log(bun ? `Bun ${bun}` : `Node ${node}`)';
    this.name = execFileSync(path, ['-e', asked], { encoding: 'utf8' }).trim();
    this.flags = this.name.startsWith('Bun') ? [] : nodeFlags;
  }

  /** Runs a program of the harness and returns the value that it prints as its last line. */
  run(file, args) {
    const printed = execFileSync(this.path, [...this.flags, file, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
      maxBuffer: 1e8,
    });
    return JSON.parse(printed.trimEnd().split('\n').at(-1));
  }
}
