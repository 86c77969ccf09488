/** Loaded after the first look at the scripts. */
export default function late(): void {}
