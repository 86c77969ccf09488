import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Tests of weak references call `gc()`. Asked for here, it is there however jest was started.
setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc') as NodeJS.GCFunction;
