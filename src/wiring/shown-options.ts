import { type DeliveryOptions, handlerOptions } from '../core/index.js';

type OptionTable = typeof handlerOptions;
type ShownAs<How> = Pick<
  DeliveryOptions,
  { [Name in keyof OptionTable]: OptionTable[Name]['show'] extends How ? Name : never }[keyof OptionTable]
>;

/** The options that are shown as set or not. */
export type FlagOptions = { readonly [Name in keyof ShownAs<'flag'>]-?: boolean };

/** The options that are shown with their values. */
export type ValueOptions = { readonly [Name in keyof ShownAs<'value'>]: Exclude<ShownAs<'value'>[Name], undefined> };

/** The name of an option that is shown. */
export type ShownOption = keyof FlagOptions | keyof ValueOptions;

/** The options that are shown, in the order of the table of options. */
export const shownOptions = (Object.keys(handlerOptions) as (keyof OptionTable)[]).filter(
  (name): name is ShownOption => handlerOptions[name].show !== 'hidden',
);

/** Returns the shown value of an option that a handler does not ask for. */
export function defaultOf(option: ShownOption): unknown {
  const row = handlerOptions[option];
  return row.show === 'flag' ? false : 'default' in row ? row.default : undefined;
}
