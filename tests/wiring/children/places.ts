import { functionLocations } from 'class-events/wiring/node';

class Receipts {
  async send(): Promise<void> {}
}
function reserve(): void {}
const arrow = (): void => {};
const { handle } = {
  handle(this: void): void {},
};

const locations = functionLocations();
const locate = (source: Function): string => {
  const location = locations(source);
  return location ? `${location.file}:${location.line}` : 'nowhere';
};
async function main(): Promise<void> {
  const late = (await import('./late.js')).default;
  const places = {
    method: locate(Object.getOwnPropertyDescriptor(Receipts.prototype, 'send')?.value as Function),
    function: locate(reserve),
    arrow: locate(arrow),
    handler: locate(handle),
    bound: locate(reserve.bind(undefined).bind(undefined)),
    proxy: locate(new Proxy(reserve, {})),
    late: locate(late),
    native: locate(Math.max),
    // oxlint-disable-next-line typescript/no-implied-eval -- A function without a file is what is asked about.
    evaluated: locate(new Function('return 1')),
  };
  const left = Object.getOwnPropertySymbols(globalThis).filter(({ description }) =>
    description?.includes('class-events'),
  );
  process.stdout.write(JSON.stringify({ places, left: left.length }));
}

void main();
