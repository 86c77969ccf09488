import * as concurrent from './concurrent.mjs';
import * as disturbed from './disturbed.mjs';
import * as drain from './drain.mjs';
import * as latency from './latency.mjs';
import * as memory from './memory.mjs';
import * as publish from './publish.mjs';

/** Each case: the runs that it consists of, how one is measured, what is reported, and which targets it has. */
export const cases = { publish, drain, concurrent, disturbed, latency, memory };
