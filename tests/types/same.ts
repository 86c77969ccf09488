/** `true` if the two types are the same, not merely assignable: `void (true satisfies Same<A, B>)` does not compile else. */
export type Same<A, B> = Probe<A> extends Probe<B> ? true : false;

// Two conditional types over an unknown T are the same only if what T is compared with is the same.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- that T is not used is the point
type Probe<A> = <T>() => T extends A ? 1 : 2;
