import type { SourceLocation, WiredHandler } from './wiring.js';

/** What a handler asked for besides its mode, in the words of the options; nothing for what is as usual. */
export function traitsOf(handler: WiredHandler): string[] {
  const { priority, phase, timeout, durable } = handler;
  const asked = (['filter', 'once', 'exact', 'around', 'onFailure', 'transactional'] as const).filter(
    (option) => handler[option],
  );
  return [
    ...(priority === 0 ? [] : [`priority ${priority}`]),
    ...(phase === 'immediate' ? [] : [phase]),
    ...asked,
    ...(timeout === undefined ? [] : [`timeout ${timeout} ms`]),
    ...(durable === undefined ? [] : [`durable ${durable}`]),
  ];
}

/** As terminals and editors follow it. */
export function placeOf(location: SourceLocation): string {
  return `${location.file}:${location.line}`;
}
